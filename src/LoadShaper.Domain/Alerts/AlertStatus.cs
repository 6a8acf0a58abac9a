using System.Globalization;

namespace LoadShaper.Domain.Alerts;

/// <summary>What the alerts report to /health and the metrics.</summary>
/// <param name="Channels">In the order of ALERT_URLS, then the dead man's monitor.</param>
/// <param name="Raised">The alerts that are raised now.</param>
/// <param name="StateProblem">Why the state cannot be kept over a restart; null when it can.</param>
public sealed record AlertStatus(IReadOnlyList<ChannelStatus> Channels, IReadOnlyList<AlertRecord> Raised, string? StateProblem = null)
{
    /// <summary>What is wrong with the delivery, in one line without secrets; null when nothing is.</summary>
    public string? Problem
    {
        get
        {
            var problems = Channels
                .Where(channel => channel.Problem is not null)
                .Select(channel => string.Create(CultureInfo.InvariantCulture,
                    $"{channel.Name} ({channel.Address}): {channel.Problem}, since {channel.FailingSince:yyyy-MM-dd HH:mm} UTC, {channel.Waiting} waiting"))
                .ToList();
            if (StateProblem is { } state)
                problems.Add($"alerts.json cannot be written ({state}); after a restart a notification may be missing or sent twice");
            return problems.Count == 0 ? null : string.Join("; ", problems);
        }
    }
}
