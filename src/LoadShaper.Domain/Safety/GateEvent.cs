namespace LoadShaper.Domain.Safety;

/// <summary>What happened to the gate, with the signals that led to it.</summary>
public abstract record GateEvent(DateTimeOffset At, GateInput Input) : IEvent;

/// <summary>The gate closed, or stays closed for other reasons than before.</summary>
/// <param name="Position"><see cref="GatePosition.Closed"/> or <see cref="GatePosition.HeldByLoadAverage"/>.</param>
/// <param name="Causes">Every signal that now keeps it so.</param>
public sealed record GateClosed(DateTimeOffset At, GatePosition Position, GateCauses Causes, GateInput Input)
    : GateEvent(At, Input);

/// <summary>No signal asks for rest any more.</summary>
public sealed record GateOpened(DateTimeOffset At, GateInput Input) : GateEvent(At, Input);
