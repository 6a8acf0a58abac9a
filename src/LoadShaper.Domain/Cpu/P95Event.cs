using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Cpu;

/// <summary>A decision about CPU load, with all the inputs that led to it. Events of one decision carry the same input.</summary>
public abstract record P95Event(P95Input Input) : IEvent
{
    public DateTimeOffset At => Input.At;
}

/// <summary>The P95 left its band, or came back into it; with `blocks`: a reading came to lack hours, or has them again.</summary>
public sealed record StateChanged(P95Input Input, ControllerState From, ControllerState To) : P95Event(Input);

/// <summary>The load of a slot. It is decided again within the slot when the gate or the levers change.</summary>
/// <param name="Intensity">What the machine is filled up to.</param>
/// <param name="BeforeWasHigh">Whether the slot before came out high, by own or foreign load; null when it was not seen, or was judged already.</param>
public sealed record SlotDecided(P95Input Input, Slot Slot, SlotKind Kind, Percent Intensity, bool? BeforeWasHigh) : P95Event(Input);

/// <summary>The hours that are to be made up in the rest of a UTC day.</summary>
public sealed record DayPlanned(P95Input Input, DayPlan Plan) : P95Event(Input);

/// <summary>A block begins, or goes on at another level.</summary>
public sealed record BlockStarted(P95Input Input, Block Block) : P95Event(Input);

public sealed record BlockEnded(P95Input Input, BlockEnd End) : P95Event(Input);

/// <summary>Why a block ended.</summary>
public enum BlockEnd
{
    /// <summary>It lasted as long as it was planned, or as long as was needed.</summary>
    Done,

    /// <summary>The gate closed; it is planned again.</summary>
    Gate,

    /// <summary>Its hour can no longer come to the threshold; it is planned again.</summary>
    OutOfReach,

    /// <summary>Real load or another metric is enough without it.</summary>
    Needless,

    /// <summary>It did not run: the daemon or the machine was down.</summary>
    Missed,
}
