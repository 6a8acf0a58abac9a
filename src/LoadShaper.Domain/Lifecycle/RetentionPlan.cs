namespace LoadShaper.Domain.Lifecycle;

/// <summary>Events that are older than JOURNAL_RETENTION_DAYS and go.</summary>
/// <param name="ToSequenceNr">The last event to delete.</param>
public sealed record RetentionPlan(long ToSequenceNr);
