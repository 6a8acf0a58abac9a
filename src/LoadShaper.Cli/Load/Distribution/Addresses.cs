using System.Net;
using LoadShaper.LoadTest.Cluster;
using LoadShaper.LoadTest.Cluster.Membership;

namespace LoadShaper.Cli.Load.Distribution;

/// <summary>Reads the addresses of the command line.</summary>
internal static class Addresses
{
    /// <summary>Null when the option was left out, or is wrong or not permitted, which adds a problem. A name is checked when it is resolved.</summary>
    /// <param name="certificate">Whether --certificate was given.</param>
    public static ClusterAddress? Read(string option, string? text, bool certificate, List<string> problems)
    {
        try
        {
            if (text is null)
                return null;
            var address = ClusterAddress.Parse(text);
            if (!IPAddress.TryParse(address.Host, out var literal) || ListenRule.Refusal(option, address, [literal], certificate) is not { } refusal)
                return address;
            problems.Add(refusal);
        }
        catch (FormatException e)
        {
            problems.Add($"{option}: {e.Message}");
        }

        return null;
    }
}
