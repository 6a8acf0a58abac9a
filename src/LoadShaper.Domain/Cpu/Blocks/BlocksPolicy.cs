using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Cpu.Blocks;

/// <summary>
/// Strategy `blocks`: 9 of any 168 UTC hours and 73 minutes of each UTC day at or above the threshold, by own or foreign load.
/// What real load did not deliver is made up in whole UTC hours, the day's last part by the minute; nothing in between.
/// With a reserve of R hours the 9 hours lie in any 168 - R hours, at the set point.
/// </summary>
internal static class BlocksPolicy
{
    // Counted minutes may differ from Oracle's by noise.
    private const int SpareMinutes = 5;

    // An hour that ends this close to the threshold may not have reached it by Oracle's count.
    private const double SparePoints = 0.3;

    // A machine under so much steal is throttled: asking for more would only be stolen too.
    private const double StealLimit = 5;

    private const int MinutesPerDay = 24 * 60;

    public static P95Decision Decide(CpuSettings settings, P95State state, P95Input input)
    {
        var events = new List<P95Event>(3);
        void Happen(P95Event happened)
        {
            events.Add(happened);
            state = state.Apply(happened);
        }

        // An hour that is due now is one that a reading lacks.
        var mode = input.Blocks!.Due is [0, ..] ? ControllerState.Building : ControllerState.Maintaining;
        if (mode != state.State)
            Happen(new StateChanged(input, state.State, mode));

        var missing = Math.Max(0, settings.Rule.Needed(MinutesPerDay) + SpareMinutes - input.Blocks.Reached);
        if (state.Block is { } running)
        {
            if (EndOf(settings, running, input, missing) is { } end)
                Happen(new BlockEnded(input, end));
            else if (LevelOf(settings, running.Whole, running.Level, input) is var level && level != running.Level)
                Happen(new BlockStarted(input, running with { Level = level }));
        }

        if (state.Block is null)
        {
            var plan = PlanOf(settings, state, input, missing);
            if (!plan.SamePlaces(state.Day))
                Happen(new DayPlanned(input, plan));
            if (StartOf(settings, plan, state, input) is { } block)
                Happen(new BlockStarted(input, block));
        }

        return new P95Decision(events, state.Block is { } now
            ? new CpuPlan(now.Level, now.Until)
            : CpuPlan.Idle(Slot.At(input.At, TimeSpan.FromMinutes(1)).End));
    }

    private static BlockEnd? EndOf(CpuSettings settings, Block block, P95Input input, int missing) => block switch
    {
        _ when input.At >= block.Until + TimeSpan.FromMinutes(1) => BlockEnd.Missed,
        _ when GapPolicy.IsOfAnotherClock(block.Start, input.At) => BlockEnd.Missed,
        _ when input.At >= block.Until => BlockEnd.Done,
        _ when input.SavedBy is not null => BlockEnd.Needless,
        _ when input.Gate == GatePosition.Closed => BlockEnd.Gate,
        { Whole: false } when missing == 0 => BlockEnd.Done,
        { Whole: true } when !Reachable(settings, input) => BlockEnd.OutOfReach,
        _ => null,
    };

    private static DayPlan PlanOf(CpuSettings settings, P95State state, P95Input input, int missing)
    {
        if (input.SavedBy is not null)
            return new DayPlan(DateOnly.FromDateTime(input.At.UtcDateTime), [], null, 0);

        var blocks = input.Blocks!;
        var hour = HourOf(input.At);
        var rested = RestedAt(state, input);
        var earliest = rested <= input.At && (input.At == hour.Start || Reachable(settings, input))
            ? 0
            : (int)Math.Max(1, Math.Ceiling((rested - hour.Start).TotalHours));
        return BlockSchedule.Make(blocks, input.At, earliest, missing);
    }

    private static Block? StartOf(CpuSettings settings, DayPlan plan, P95State state, P95Input input)
    {
        if (input.Gate == GatePosition.Closed || RestedAt(state, input) > input.At)
            return null;
        var hour = HourOf(input.At);
        var whole = plan.Hours.Count > 0 && plan.Hours[0] == input.At.Hour;
        if (!whole && plan.PartHour != input.At.Hour)
            return null;
        return new Block(input.At, hour.End, LevelOf(settings, whole, running: null, input), whole);
    }

    // On E2 bursts last an hour at most: it rests as long as it burned. An hour that was interrupted may be finished.
    private static DateTimeOffset RestedAt(P95State state, P95Input input) =>
        input.Blocks!.Family == ShapeFamily.E2 && state.LastBlock is { } last && !GapPolicy.IsOfAnotherClock(last.Until, input.At)
        && HourOf(last.Start) != HourOf(input.At)
            ? last.Until + (last.Until - last.Start) : DateTimeOffset.MinValue;

    // With a reserve the set point. Without one the lowest level that passes with the noise seen; higher only for an hour that began badly; never above the set point.
    // While it runs it does not waver with the estimate of the noise.
    private static Percent LevelOf(CpuSettings settings, bool whole, Percent? running, P95Input input)
    {
        if (input.Gate == GatePosition.HeldByLoadAverage)
            return settings.LeastHigh;
        var level = running?.Value ?? (input.Blocks!.Reserve is null
            ? Math.Max(settings.TargetMin.Value, settings.Rule.Threshold + 2 * input.Noise)
            : settings.SetPoint.Value);
        if (whole && input.Steal < StealLimit)
            level = Math.Max(level, MeanNeeded(settings, input));
        return Percent.Clamp(Math.Round(Math.Min(level, Math.Max(settings.SetPoint.Value, settings.TargetMin.Value)), 2));
    }

    private static bool Reachable(CpuSettings settings, P95Input input) =>
        MeanNeeded(settings, input) <= settings.SetPoint.Value;

    // What the rest of the hour has to average so that the whole of it reaches the threshold; the minute in progress is rest.
    private static double MeanNeeded(CpuSettings settings, P95Input input) =>
        (60 * (settings.Rule.Threshold + SparePoints) - input.Blocks!.HourSum) / (60 - input.At.Minute);

    private static Slot HourOf(DateTimeOffset at) => Slot.At(at, TimeSpan.FromHours(1));
}
