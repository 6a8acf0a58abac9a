using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Cpu.Slots;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Cpu;

/// <summary>What the controller remembers: plain data, bounded, folded from its events alone.</summary>
/// <param name="State">Against the band.</param>
/// <param name="Since">When it came into this state; null at the beginning.</param>
/// <param name="Slot">The present slot and what it was decided to be; null before the first and with `blocks`.</param>
/// <param name="Ring">The last 24 hours of slots; null before the first.</param>
/// <param name="Day">What is planned for the UTC day; null with `slots`.</param>
/// <param name="Block">The block that is running.</param>
/// <param name="LastBlock">The last block that ended, and when it did.</param>
public sealed record P95State(
    ControllerState State,
    DateTimeOffset? Since,
    PresentSlot? Slot,
    SlotRing? Ring,
    DayPlan? Day,
    Block? Block,
    Block? LastBlock)
{
    public static readonly P95State Start = new(ControllerState.Maintaining, null, null, null, null, null, null);

    /// <summary>Share of high slots in the last 24 hours, percent.</summary>
    public double Exceedance => Ring?.Exceedance ?? 0;

    public P95State Apply(P95Event happened) => happened switch
    {
        StateChanged changed => this with { State = changed.To, Since = changed.At },
        SlotDecided decided => this with
        {
            Slot = new PresentSlot(decided.Slot, decided.Kind, decided.Intensity, decided.Input.Gate, decided.Input.SavedBy),
            Ring = RingAt(decided.Slot).Push(decided.Slot.Index - 1, decided.BeforeWasHigh),
        },
        DayPlanned planned => this with { Day = planned.Plan },
        BlockStarted started => this with { Block = started.Block },
        BlockEnded ended when Block is { } block => this with
        {
            LastBlock = block.Until <= ended.At ? block : block with { Until = ended.At },
            Block = null,
        },
        _ => this,
    };

    /// <summary>The slot that is to be decided: the clock's, or after a small step back the present one, so that none is decided twice.</summary>
    public Slot SlotAt(DateTimeOffset at, TimeSpan duration)
    {
        var slot = Units.Slot.At(at, duration);
        return Slot is { } present && present.Slot.Duration == duration && present.Slot.Index > slot.Index
            && !GapPolicy.IsOfAnotherClock(present.Slot.Start, at) ? present.Slot : slot;
    }

    /// <summary>The ring for slots like this one; a new one when the duration was changed, without what another clock put into it.</summary>
    public SlotRing RingAt(Slot slot) =>
        Ring is not { } ring || ring.Duration != slot.Duration ? SlotRing.Empty(slot.Duration)
        : GapPolicy.IsOfAnotherClock(slot.Start + (ring.Last + 1 - slot.Index) * slot.Duration, slot.Start) ? ring.BackTo(slot.Index)
        : ring;
}

/// <summary>The slot in progress, as it was decided, and the inputs whose change makes a new decision necessary.</summary>
public sealed record PresentSlot(Slot Slot, SlotKind Kind, Percent Intensity, GatePosition Gate, IdleMetric? SavedBy);
