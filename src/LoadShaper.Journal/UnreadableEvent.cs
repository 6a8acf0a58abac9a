namespace LoadShaper.Journal;

/// <summary>
/// Takes the place of an event that cannot be read: written by a later version, or damaged. It is skipped, because a daemon
/// that refused to start would protect nothing; the next recorded state corrects what the event changed.
/// </summary>
public sealed record UnreadableEvent(string Problem);
