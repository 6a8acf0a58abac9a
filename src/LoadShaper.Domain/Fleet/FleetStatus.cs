namespace LoadShaper.Domain.Fleet;

/// <summary>What the /health of a peer says.</summary>
/// <param name="Status">healthy, degraded or unhealthy.</param>
/// <param name="Verdict">SAFE, AT RISK or UNKNOWN.</param>
/// <param name="Margin">Points between its best metric and the threshold; null when nothing was seen.</param>
/// <param name="TurnsAt">When its verdict would turn if its LoadShaper stopped now; null when no metric protects.</param>
/// <param name="Version">Of its LoadShaper; null when it does not say.</param>
public sealed record FleetReport(string Status, string Verdict, double? Margin, DateTimeOffset? TurnsAt, string? Version);

/// <summary>One attempt to read a peer.</summary>
/// <param name="Report">Null when it did not answer.</param>
/// <param name="Problem">Why it did not answer; null when it did.</param>
public sealed record FleetReading(FleetPeer Peer, FleetReport? Report, string? Problem);

/// <summary>A peer, with what it last said.</summary>
/// <param name="Report">Its last answer; null when it has never answered.</param>
/// <param name="AnsweredAt">When it last answered.</param>
/// <param name="Problem">Why the last attempt failed; null when it did not.</param>
public sealed record FleetEntry(FleetPeer Peer, FleetReport? Report, DateTimeOffset? AnsweredAt, string? Problem)
{
    public bool IsReachable => Problem is null && Report is not null;

    public FleetEntry Apply(FleetReading reading, DateTimeOffset at) => reading.Report is { } report
        ? this with { Report = report, AnsweredAt = at, Problem = null }
        : this with { Problem = reading.Problem ?? "no answer" };
}

/// <summary>All peers, in the order of FLEET_PEERS.</summary>
public sealed record FleetStatus(DateTimeOffset At, IReadOnlyList<FleetEntry> Entries)
{
    /// <summary>Before the first attempt.</summary>
    public static FleetStatus Unread(IEnumerable<FleetPeer> peers, DateTimeOffset at) =>
        new(at, [.. peers.Select(peer => new FleetEntry(peer, null, null, null))]);

    /// <param name="readings">In the order of the entries.</param>
    public FleetStatus Apply(IReadOnlyList<FleetReading> readings, DateTimeOffset at) =>
        new(at, [.. Entries.Select(entry => readings.FirstOrDefault(reading => reading.Peer == entry.Peer) is { } read ? entry.Apply(read, at) : entry)]);
}
