namespace LoadShaper.Domain.Safety;

/// <summary>Where the gate stands, why, and since when. It starts open: the first sample decides before anything is burnt.</summary>
public sealed record GateState(GatePosition Position, GateCauses Causes, DateTimeOffset? Since)
{
    public static readonly GateState Start = new(GatePosition.Open, GateCauses.None, null);

    public GateState Apply(GateEvent happened) => happened switch
    {
        GateClosed closed => new GateState(closed.Position, closed.Causes, closed.At),
        GateOpened opened => new GateState(GatePosition.Open, GateCauses.None, opened.At),
        _ => this,
    };
}
