namespace LoadShaper.Domain.Safety;

/// <summary>Where the gate stands, why, and since when. It starts open: the first sample decides before anything is burnt.</summary>
/// <param name="Since">Of the last event; while run-queue delay is only remembered, of the one that saw it.</param>
public sealed record GateState(GatePosition Position, GateCauses Causes, DateTimeOffset? Since)
{
    public static readonly GateState Start = new(GatePosition.Open, GateCauses.None, null);

    public GateState Apply(GateEvent happened) => happened switch
    {
        GateClosed closed => new GateState(closed.Position, closed.Causes, Remembers(closed) ? Since : closed.At),
        GateOpened opened => new GateState(GatePosition.Open, GateCauses.None, opened.At),
        _ => this,
    };

    // Other causes that come and go say nothing new about it.
    private bool Remembers(GateClosed closed) =>
        Causes.HasFlag(GateCauses.RunDelay) && closed.Causes.HasFlag(GateCauses.RunDelay) && closed.Input.RunDelay is null;
}
