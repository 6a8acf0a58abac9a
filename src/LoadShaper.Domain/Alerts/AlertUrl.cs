using System.Text.RegularExpressions;
using LoadShaper.Domain.Secrets;

namespace LoadShaper.Domain.Alerts;

/// <summary>Reads the entries of ALERT_URLS and DEADMAN_URL.</summary>
public static partial class AlertUrl
{
    /// <summary>More channels than this are refused.</summary>
    public const int MostChannels = 16;

    private const string Forms = "webhook+https://HOST/PATH, ntfy://HOST/TOPIC or apprise+https://HOST/notify/KEY (webhook+http, ntfy+http and apprise+http without TLS)";

    private static readonly Dictionary<string, (ChannelKind Kind, string Scheme)> Schemes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["webhook+https"] = (ChannelKind.Webhook, "https"),
        ["webhook+http"] = (ChannelKind.Webhook, "http"),
        ["ntfy"] = (ChannelKind.Ntfy, "https"),
        ["ntfy+https"] = (ChannelKind.Ntfy, "https"),
        ["ntfy+http"] = (ChannelKind.Ntfy, "http"),
        ["apprise+https"] = (ChannelKind.Apprise, "https"),
        ["apprise+http"] = (ChannelKind.Apprise, "http"),
    };

    // What monitors of the healthchecks kind take as something other than a success.
    private static readonly string[] Signals = ["fail", "start", "log"];

    /// <summary>All entries of ALERT_URLS; the first wrong one is the problem.</summary>
    public static UrlReading<IReadOnlyList<AlertChannel>> ParseChannels(string text)
    {
        var channels = new List<AlertChannel>();
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var number = channels.Count + 1;
            if (entry == "")
                return new(null, $"has an empty entry {number}", "separate the URLs by single commas; write a comma inside a URL as %2C");
            var channel = ParseChannel(entry, number);
            if (channel.Value is null)
                return new(null, channel.Broken, channel.Fix);
            channels.Add(channel.Value);
        }
        return channels.Count <= MostChannels
            ? new(channels)
            : new(null, $"has {channels.Count} entries", $"name at most {MostChannels} channels");
    }

    /// <param name="number">Its place in ALERT_URLS.</param>
    public static UrlReading<AlertChannel> ParseChannel(string text, int number)
    {
        var entry = $"entry {number}";
        UrlReading<AlertChannel> Refused(string broken, string fix) => new(null, $"{entry} {broken}", fix);

        var end = text.IndexOf("://", StringComparison.Ordinal);
        if (end <= 0)
            return Refused("is no URL", $"write {Forms}");
        if (!Schemes.TryGetValue(text[..end], out var known))
            return Refused(
                text[..end].ToLowerInvariant() is "http" or "https" ? "does not say what its receiver expects" : "has an unknown scheme",
                $"write {Forms}");
        if (HttpUrl.Read(known.Scheme + text[end..]) is not { } address)
            return Refused("has no valid host", $"write {Forms}");
        if (address.Fragment != "")
            return Refused("has a # part, which is never sent", "write # as %23");
        var path = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (known.Kind == ChannelKind.Ntfy && !(path is [var topic] && Topic().IsMatch(topic)))
            return Refused("has no valid ntfy topic", "write ntfy://HOST/TOPIC; a topic has 1 to 64 letters, digits, - and _");
        if (known.Kind == ChannelKind.Apprise && !(path is [.., "notify", _]))
            return Refused("does not end in /notify/KEY", "write apprise+https://HOST/notify/KEY, with the key under which the Apprise server keeps the addresses");
        return new(new AlertChannel(number, known.Kind, new SecretUrl(address, text)));
    }

    /// <summary>DEADMAN_URL. A path with /api/push/ is Uptime Kuma's; every other URL is of the healthchecks kind.</summary>
    public static UrlReading<DeadmanTarget> ParseDeadman(string text)
    {
        const string forms = "write https://HOST/PATH as the monitor shows it, as https://hc-ping.com/UUID or https://HOST/api/push/TOKEN";
        if (!text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && !text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            return new(null, "is no http or https URL", forms);
        if (HttpUrl.Read(text) is not { } address)
            return new(null, "has no valid host", forms);
        if (address.Fragment != "")
            return new(null, "has a # part, which is never sent", "write # as %23");
        var path = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path.Length == 0)
            return new(null, "names no check", forms);
        if (path is [.., "api", "push", _])
            return new(new DeadmanTarget(DeadmanKind.UptimeKuma, new SecretUrl(address, text)));
        return Signals.Contains(path[^1])
            ? new(null, $"ends in /{path[^1]}", "write the URL of a success; LoadShaper appends /fail itself")
            : new(new DeadmanTarget(DeadmanKind.Healthchecks, new SecretUrl(address, text)));
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$")]
    private static partial Regex Topic();
}
