namespace LoadShaper.Domain.Safety;

/// <summary>By which law the gate decides; the record of a decision says by which it was made.</summary>
public enum GateLaw
{
    /// <summary>Every change of position or causes is an event, and nothing is held after repeated closings.</summary>
    Undamped = 1,

    /// <summary>Repeated closings are held (<see cref="GateHold"/>); causes that come and go behind a closed gate are folded.</summary>
    Damped = 2,
}

/// <summary>A change of the gate, with the signals that led to it.</summary>
/// <param name="Hold">The closings so far; null in events of <see cref="GateLaw.Undamped"/>.</param>
public abstract record GateEvent(DateTimeOffset At, GateInput Input, GateHold? Hold) : IEvent
{
    /// <summary>The law that it was decided by.</summary>
    public GateLaw Law => Hold is null ? GateLaw.Undamped : GateLaw.Damped;
}

/// <summary>The gate closed, eased from closed to held, or another cause came to keep it so.</summary>
/// <param name="Position"><see cref="GatePosition.Closed"/> or <see cref="GatePosition.HeldByLoadAverage"/>.</param>
/// <param name="Causes">Every signal that now keeps it so.</param>
public sealed record GateClosed(DateTimeOffset At, GatePosition Position, GateCauses Causes, GateInput Input, GateHold? Hold = null)
    : GateEvent(At, Input, Hold);

/// <summary>No signal keeps the gate from being open.</summary>
public sealed record GateOpened(DateTimeOffset At, GateInput Input, GateHold? Hold = null) : GateEvent(At, Input, Hold);
