namespace LoadShaper.Journal;

/// <summary>
/// Stands where an event cannot be read: written by a later version, or damaged. It is passed over, for a daemon that could not
/// start for it would protect nothing; the next recorded state puts right what it changed.
/// </summary>
public sealed record UnreadableEvent(string Problem);
