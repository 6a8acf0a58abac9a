using System.Globalization;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Platform;

/// <summary>
/// One split of the A1 allowance. The templates know 1 to 4 OCPU with 6 GB each; every other split takes the nearest
/// template, with link, rate, reserve and step computed from its own figures.
/// </summary>
/// <param name="Ocpus">1 OCPU of A1 is one CPU.</param>
/// <param name="MemoryInGBs">Of the shape, not what the kernel left of it.</param>
/// <param name="BandwidthInGbps">Null where only Oracle knows it: 1 Gbps for each OCPU.</param>
public sealed record A1Size(double Ocpus, double MemoryInGBs, double? BandwidthInGbps = null)
{
    public string Template => string.Create(CultureInfo.InvariantCulture, $"a1-flex-{Math.Clamp((int)Math.Floor(Ocpus), 1, 4)}.env");

    private bool OnTheGrid => Ocpus is 1 or 2 or 3 or 4 && Math.Abs(MemoryInGBs - 6 * Ocpus) <= 1;

    /// <summary>The kernel keeps 2 to 8 % of an A1's memory; shapes have whole gigabytes.</summary>
    public static double NominalGBs(ByteSize total) => Math.Ceiling(total.MiB / 1024);

    /// <summary>By variable; empty where the template's own figures fit.</summary>
    public IReadOnlyDictionary<string, string> ScaledSettings()
    {
        var scaled = OnTheGrid && (BandwidthInGbps is null || BandwidthInGbps == Ocpus)
            ? []
            : LinkSettings(1000 * (BandwidthInGbps ?? Ocpus));
        if (OnTheGrid)
            return scaled;
        var mib = MemoryInGBs * 1024;
        scaled["MEM_MIN_FREE_MB"] = Whole(Math.Clamp(mib / 12, Math.Min(256, mib / 4), 10000), 50);
        scaled["MEM_STEP_MB"] = Whole(Math.Clamp(mib / 48, 16, 1000), 1);
        return scaled;
    }

    /// <summary>NET_LINK_MBIT, and NET_MAX_RATE_MBIT at four fifths of it.</summary>
    internal static Dictionary<string, string> LinkSettings(double mbit)
    {
        var link = Math.Clamp(mbit, 1, 10000);
        return new(StringComparer.Ordinal) { ["NET_LINK_MBIT"] = Whole(link, 1), ["NET_MAX_RATE_MBIT"] = Whole(0.8 * link, 1) };
    }

    private static string Whole(double value, double atLeast) =>
        Math.Max(atLeast, Math.Round(value)).ToString(CultureInfo.InvariantCulture);
}
