namespace LoadShaper.Domain.Admission;

/// <summary>
/// The names under which the HTTP server answers. A web page of a stranger can have its own name resolve to this machine's address
/// and read what the browser of a user here may read (DNS rebinding); it cannot have the browser send another name.
/// </summary>
public sealed class AllowedHosts
{
    private readonly HashSet<string> _names;
    private readonly string[] _domains;
    private readonly bool _all;

    /// <param name="machine">The name of this machine; with a domain, the name without it is allowed too.</param>
    /// <param name="configured">Further names, `*.example.com` for all names of a domain, `*` for every name.</param>
    public AllowedHosts(string machine, IReadOnlyList<string> configured)
    {
        _all = configured.Contains("*");
        _domains = [.. configured.Where(name => name.StartsWith("*.", StringComparison.Ordinal)).Select(name => name[1..].TrimEnd('.'))];
        _names = new HashSet<string>(
            ["localhost", machine.TrimEnd('.'), machine.Split('.')[0], .. configured.Select(name => name.TrimEnd('.'))], StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Addresses are always allowed: a page cannot be loaded from a stranger's server under them. So is no name at all, as HTTP/1.0
    /// probes have it: a browser always sends one.
    /// </summary>
    public bool Allows(string? host)
    {
        if (_all || string.IsNullOrEmpty(host) || Uri.CheckHostName(host) is UriHostNameType.IPv4 or UriHostNameType.IPv6)
            return true;
        var name = host.TrimEnd('.');
        return _names.Contains(name) || Array.Exists(_domains, domain => name.EndsWith(domain, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether a text is a name that can be configured.</summary>
    public static bool IsName(string text) =>
        text == "*" || Uri.CheckHostName(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text) != UriHostNameType.Unknown;
}
