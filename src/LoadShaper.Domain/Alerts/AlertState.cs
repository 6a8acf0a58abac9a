namespace LoadShaper.Domain.Alerts;

/// <summary>What is known of one alert.</summary>
/// <param name="Subject">The peer or the channel; empty for this VM.</param>
/// <param name="BadFor">Time for which it was bad, by the monotonic clock, while it is not yet reported.</param>
/// <param name="GoodFor">Time for which it has been good without a break.</param>
/// <param name="RaisedAt">When it was reported; null while it is not.</param>
/// <param name="SentAt">When the last notification about it was made.</param>
public sealed record AlertRecord(
    AlertKind Kind, string Subject, TimeSpan BadFor = default, TimeSpan GoodFor = default, DateTimeOffset? RaisedAt = null, DateTimeOffset? SentAt = null)
{
    public bool IsRaised => RaisedAt is not null;
}

/// <summary>All alerts that are raised or may soon be. Only the raised ones are kept over a restart.</summary>
public sealed record AlertState(IReadOnlyList<AlertRecord> Records)
{
    public static readonly AlertState Empty = new([]);

    /// <summary>After a restart. A lost journal is not kept: another loss during the start would not be reported.</summary>
    public static AlertState OfLastRun(IEnumerable<AlertRecord> raised) => new([.. raised.Where(record => record.Kind != AlertKind.JournalLost)]);

    public IEnumerable<AlertRecord> Raised => Records.Where(record => record.IsRaised);

    public bool IsRaised(AlertKind kind) => Raised.Any(record => record.Kind == kind);

    public AlertRecord? Find(AlertKind kind, string subject) => Records.FirstOrDefault(record => record.Kind == kind && record.Subject == subject);
}
