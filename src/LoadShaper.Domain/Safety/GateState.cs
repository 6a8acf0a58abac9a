namespace LoadShaper.Domain.Safety;

/// <summary>The gate's position, its causes, and since when. It starts open: the first sample decides before any load runs.</summary>
/// <param name="Causes">By the damped law every cause since the last change of position; each is compared with its lower limit.</param>
/// <param name="Since">Time of the last event; while run-queue delay is only remembered, of the event that saw it.</param>
/// <param name="Hold">The closings so far; null before the first, and in states of the undamped law.</param>
public sealed record GateState(GatePosition Position, GateCauses Causes, DateTimeOffset? Since, GateHold? Hold = null)
{
    public static readonly GateState Start = new(GatePosition.Open, GateCauses.None, null);

    public GateState Apply(GateEvent happened) => happened switch
    {
        GateClosed closed => new GateState(closed.Position, CausesAfter(closed), Remembers(closed) ? Since : closed.At, closed.Hold),
        GateOpened opened => new GateState(GatePosition.Open, GateCauses.None, opened.At, opened.Hold),
        _ => this,
    };

    private GateCauses CausesAfter(GateClosed closed) =>
        closed.Law == GateLaw.Undamped || closed.Position < Position ? closed.Causes : Causes | closed.Causes;

    // Other causes that come and go say nothing new about it.
    private bool Remembers(GateClosed closed) =>
        Causes.HasFlag(GateCauses.RunDelay) && closed.Causes.HasFlag(GateCauses.RunDelay) && closed.Input.RunDelay is null;
}
