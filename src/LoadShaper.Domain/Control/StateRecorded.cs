namespace LoadShaper.Domain.Control;

/// <summary>
/// What the controller knows, written at each start and on the first turn of each UTC day: from here on the journal can be
/// decided again without what came before it, which retention may have removed.
/// </summary>
public sealed record StateRecorded(DateTimeOffset At, ControllerSnapshot Memory) : IEvent;
