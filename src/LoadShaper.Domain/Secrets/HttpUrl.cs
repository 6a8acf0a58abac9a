using System.Net;
using LoadShaper.Domain.Network;

namespace LoadShaper.Domain.Secrets;

/// <summary>A setting with URLs that was read, or what is wrong with it and how to fix it. No text of a URL is in the messages.</summary>
public sealed record UrlReading<T>(T? Value, string Broken = "", string Fix = "")
    where T : class;

/// <summary>What LoadShaper accepts as an address of HTTP.</summary>
public static class HttpUrl
{
    /// <summary>An absolute http or https URL with a host; null when it is none.</summary>
    public static Uri? Read(string text) =>
        !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https" && address.Host != ""
            ? address
            : null;

    /// <summary>Whether the secret in the URL crosses networks of others unencrypted.</summary>
    public static bool IsExposed(Uri address)
    {
        if (address.Scheme == "https" || address.IsLoopback)
            return false;
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            return !PeerPolicy.IsPrivate(ip);
        // Names without a dot, and of these domains, are resolved inside the own network.
        return address.Host.Contains('.') && !new[] { ".internal", ".local", ".lan", ".home.arpa", ".svc" }.Any(end => address.Host.EndsWith(end, StringComparison.OrdinalIgnoreCase));
    }
}
