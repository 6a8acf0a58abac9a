namespace LoadShaper.Domain.History;

/// <summary>Asks for the points of the window; the answer is a <see cref="HistorySnapshot"/>.</summary>
/// <param name="Known">The key that the asker has already; null for none.</param>
public sealed record HistoryWanted(string? Known = null);

/// <summary>The points of the window.</summary>
/// <param name="Key">Changes with the content, also over a restart of the daemon.</param>
/// <param name="Restored">What came before the start has been read from the stored minutes and the journal.</param>
/// <param name="Points">Oldest first; null when the asker has them already.</param>
public sealed record HistorySnapshot(string Key, bool Restored, IReadOnlyList<HistoryPoint>? Points);
