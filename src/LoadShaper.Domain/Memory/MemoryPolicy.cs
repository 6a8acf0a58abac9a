using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory;

/// <summary>
/// When to take memory, hold it and give it back, so that the lowest reading of the machine's use stays at the target.
/// Others' use is filled up to the target, never added to; inside the tolerance nothing moves.
/// </summary>
public static class MemoryPolicy
{
    /// <summary>Points off the target that are left alone; half of the point that is promised.</summary>
    private const double TolerancePoints = 0.5;

    /// <summary>Without a reading for this long, nothing is held.</summary>
    public static readonly TimeSpan LongestUnseen = TimeSpan.FromSeconds(30);

    public static MemoryDecision Decide(MemorySettings settings, MemoryState state, MemoryInput input)
    {
        if (input.Returned is { } returned)
            return new([new MemoryReleased(input, returned.Cause, returned.Amount, state.Streak, state.NoGrowthBefore)], new(input.Ordered, input.Ordered));

        if (!input.Wanted || settings.Target == Percent.Zero)
            return (input.Held > ByteSize.Zero && input.Ordered > ByteSize.Zero) || state.Phase != MemoryPhase.Off
                ? Order(state, input, MemoryReleaseCause.SwitchedOff, input.Held, ByteSize.Zero)
                : Stay(ByteSize.Zero, ByteSize.Zero);

        // What is gone already is not ordered a second time: the reading may be older than the release.
        if (input.Lost is { } lost)
        {
            var (streak, until) = MemoryBackOff.After(state, lost.Cause, input.At);
            return new([new MemoryReleased(input, lost.Cause, lost.Amount, streak, until)], Steady(input));
        }

        if (input.Reading is not { } reading || input.Recent is not { } recent)
            return input.UnseenFor >= LongestUnseen && input.Held > ByteSize.Zero
                ? Order(state, input, MemoryReleaseCause.ReadingMissing, input.Held, ByteSize.Zero)
                : new([], Steady(input));

        if (MemoryGuard.GiveBack(settings, reading, input.Pressure, input.Cgroup, input.Held) is { } needed)
            return Order(state, input, needed.Cause, needed.Amount, input.Held - needed.Amount);

        var target = Share(reading.Total, settings.Target.Value);
        var tolerance = Share(reading.Total, Math.Min(TolerancePoints, settings.HysteresisPoints));

        var over = ByteSize.Min(input.Held, Pages.RoundDown(input.Held + recent.ForeignLow - target));
        if (input.Held + recent.ForeignLow > target + tolerance && over > ByteSize.Zero)
            return Order(state, input, MemoryReleaseCause.AboveTarget, over, input.Held - over);

        return Grow(settings, state, input, reading, recent, target - recent.ForeignHigh, tolerance);
    }

    private static MemoryDecision Grow(
        MemorySettings settings, MemoryState state, MemoryInput input, MemoryReading reading, RecentMemory recent, ByteSize want, ByteSize tolerance)
    {
        var missing = Pages.RoundDown(want - input.Held);
        var growing = state.Phase == MemoryPhase.Growing;

        if (!MemoryBackOff.IsOver(state, input.At))
            return Stay(HoldSteady(input), want);

        if (state.Phase == MemoryPhase.Holding && missing <= tolerance)
            return Stay(HoldSteady(input), want);

        if (missing == ByteSize.Zero)
            return new([new MemoryTargetReached(input)], new(HoldSteady(input), want));

        if (MustWait(input))
            return Stay(growing ? ByteSize.Max(input.Held, input.Ordered) : HoldSteady(input), want);

        var step = ByteSize.Min(Pages.RoundUp(settings.Step), missing);
        var (room, by) = MemoryGuard.Room(settings, reading, recent, input.Cgroup, input.Held);
        if (room < step)
            return state.Phase == MemoryPhase.Limited
                ? Stay(HoldSteady(input), want)
                : new([new MemoryLimited(input, by)], new(HoldSteady(input), want));

        // Once limited, a little room more is not worth the risk of having to give it back.
        if (state.Phase == MemoryPhase.Limited && room < step + settings.Step)
            return Stay(HoldSteady(input), want);

        return new(growing ? [] : [new MemoryGrowthStarted(input, want)], new(input.Held + step, want));
    }

    /// <summary>Growing takes CPU, and a step that has started is finished first.</summary>
    private static bool MustWait(MemoryInput input) =>
        input.Gate == GatePosition.Closed || input.Held < input.Ordered || input.Pressure >= MemoryGuard.PressureLimit;

    private static MemoryDecision Order(MemoryState state, MemoryInput input, MemoryReleaseCause cause, ByteSize amount, ByteSize hold)
    {
        var (streak, until) = MemoryBackOff.After(state, cause, input.At);
        return new([new MemoryReleaseOrdered(input, cause, amount, streak, until)], new(hold, hold));
    }

    private static MemoryDecision Stay(ByteSize hold, ByteSize want) => new([], new(hold, want));

    private static MemoryPlan Steady(MemoryInput input) => new(HoldSteady(input), HoldSteady(input));

    /// <summary>Growth stops where it is; an order to release that is not carried out yet stays in force.</summary>
    private static ByteSize HoldSteady(MemoryInput input) => ByteSize.Min(input.Held, input.Ordered);

    private static ByteSize Share(ByteSize total, double percent) => ByteSize.FromBytes((long)(total.Bytes * percent / 100));
}
