using LoadShaper.Domain.Secrets;

namespace LoadShaper.Domain.Alerts;

/// <summary>ALERT_URLS, DEADMAN_URL, ALERT_NAME.</summary>
public sealed record AlertSettings
{
    /// <summary>ALERT_URLS: receivers of notifications; empty for none.</summary>
    public IReadOnlyList<AlertChannel> Channels { get; init; } = [];

    /// <summary>DEADMAN_URL: the monitor that alerts when the pings end; null for none.</summary>
    public DeadmanTarget? Deadman { get; init; }

    /// <summary>ALERT_NAME: the name of this VM in notifications; null for the host name.</summary>
    public string? Name { get; init; }

    /// <summary>Without any of them nothing is started.</summary>
    public bool IsConfigured => Channels.Count > 0 || Deadman is not null;
}

/// <summary>What the receiver of a channel expects.</summary>
public enum ChannelKind
{
    /// <summary>A JSON object by POST.</summary>
    Webhook,

    /// <summary>The text by POST, with the headers Title, Priority and Tags.</summary>
    Ntfy,

    /// <summary>The JSON of an Apprise API server: title, body, type, tag.</summary>
    Apprise,
}

/// <summary>One entry of ALERT_URLS.</summary>
/// <param name="Number">Its place in ALERT_URLS, counted from 1.</param>
public sealed record AlertChannel(int Number, ChannelKind Kind, SecretUrl Url)
{
    /// <summary>Names the channel in logs, metrics and /health, as `ntfy-1`.</summary>
    public string Name => $"{Kind.ToString().ToLowerInvariant()}-{Number}";
}

/// <summary>How a success and a failure are reported to the monitor.</summary>
public enum DeadmanKind
{
    /// <summary>POST to the URL, and to the URL with /fail.</summary>
    Healthchecks,

    /// <summary>Uptime Kuma: GET with ?status=up or down and msg.</summary>
    UptimeKuma,
}

/// <summary>DEADMAN_URL.</summary>
public sealed record DeadmanTarget(DeadmanKind Kind, SecretUrl Url)
{
    /// <summary>Its name beside those of the channels.</summary>
    public const string Name = "deadman";
}
