using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Cpu;

/// <summary>A clock that is set while the daemon runs, and between two runs of it.</summary>
public sealed class ClockStepTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly CpuSettings _settings = new();
    private ControllerLoop _loop = NewLoop();
    private DateTimeOffset _at = Inputs.Noon;
    private readonly List<IEvent> _events = [];

    [Theory]
    [InlineData(-3)]
    [InlineData(-60)]
    [InlineData(-599)]
    public void After_a_small_step_back_the_present_slot_holds_until_the_clock_has_caught_up(int seconds)
    {
        Run(TimeSpan.FromMinutes(20));
        var plan = Turn().Plan;
        _events.Clear();

        _at += TimeSpan.FromSeconds(seconds);
        var held = Turn();

        Assert.Equal(plan.Intensity, held.Plan.Intensity);
        Run(TimeSpan.FromMinutes(15));
        Assert.Equal(Decided().Distinct(), Decided());
        Assert.Equal(Decided().Order(), Decided());
    }

    [Fact]
    public void Under_a_clock_that_wavers_no_slot_is_decided_twice()
    {
        var random = new Random(7);
        for (var i = 0; i < 5000; i++)
        {
            _at = Inputs.Noon + i * Period + TimeSpan.FromSeconds(random.Next(-290, 290));
            Turn();
        }

        Assert.Equal(Decided().Distinct(), Decided());
        Assert.Equal(Decided().Order(), Decided());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(24 * 400)]
    public void After_a_large_step_back_slots_are_decided_by_the_new_clock_at_once(int hours)
    {
        Run(TimeSpan.FromMinutes(30));
        _events.Clear();

        _at -= TimeSpan.FromHours(hours);
        var first = Turn();
        Assert.True(first.HistoryWanted);
        Assert.Equal(0, first.Plan.Intensity.Value);
        var second = Turn();

        Assert.Equal(GapCause.ClockBackward, Assert.Single(_events.OfType<GapSeen>()).Cause);
        Assert.True(second.Plan.Intensity.Value > 0);
        Assert.Equal(Slot.At(_at, _settings.SlotDuration), Assert.Single(_events.OfType<SlotDecided>()).Slot);
    }

    [Fact]
    public void After_a_large_step_back_the_readings_count_the_minutes_of_the_new_clock()
    {
        Run(TimeSpan.FromMinutes(30));
        _at -= TimeSpan.FromDays(30);
        Turn();
        Run(TimeSpan.FromMinutes(5));

        Assert.InRange(_loop.StatusAt(_at).SeenMinutes, 4, 5);
    }

    [Fact]
    public void Stored_minutes_given_after_a_step_back_are_counted()
    {
        Run(TimeSpan.FromMinutes(30));
        _at -= TimeSpan.FromHours(5);
        Turn();
        _loop.Restore(Enumerable.Range(-100, 100).Select(i => new MinuteMean(_at.AddMinutes(i), TimeSpan.FromMinutes(1), 30, 30, 0)).ToArray());
        Run(TimeSpan.FromMinutes(2));

        Assert.InRange(_loop.StatusAt(_at).SeenMinutes, 100, 103);
    }

    [Fact]
    public void Exceedance_is_not_frozen_by_what_a_fast_clock_put_into_the_ring()
    {
        Run(TimeSpan.FromHours(2), busy: 40);
        var before = _loop.Memory.Cpu.Ring!;
        _at -= TimeSpan.FromHours(1);
        Turn(40);
        Run(TimeSpan.FromMinutes(10), busy: 40);

        var after = _loop.Memory.Cpu.Ring!;
        Assert.True(after.Last < before.Last);
        Assert.InRange(after.SeenCount, 1, before.SeenCount - 40);
    }

    [Fact]
    public void A_step_forward_is_a_gap_and_nothing_in_between_is_decided()
    {
        Run(TimeSpan.FromMinutes(5));
        _events.Clear();

        _at += TimeSpan.FromHours(3);
        var stepped = Slot.At(_at, _settings.SlotDuration).Index;
        Run(TimeSpan.FromMinutes(2));

        Assert.Equal(GapCause.ClockForward, Assert.Single(_events.OfType<GapSeen>()).Cause);
        Assert.Equal([stepped, stepped + 1], Decided().Take(2));
    }

    [Fact]
    public void A_machine_that_slept_is_reported_by_its_own_clock()
    {
        Run(TimeSpan.FromMinutes(5));
        _events.Clear();

        _at += TimeSpan.FromHours(1);
        Turn(2, period: TimeSpan.FromHours(1) + Period);

        Assert.Equal(GapCause.Suspend, Assert.Single(_events.OfType<GapSeen>()).Cause);
    }

    [Fact]
    public void Before_2020_nothing_is_decided_and_nothing_burnt_and_when_the_clock_is_set_the_stored_minutes_are_wanted()
    {
        _at = DateTimeOffset.UnixEpoch.AddHours(5);
        Run(TimeSpan.FromMinutes(3));
        Assert.Empty(_events);
        Assert.Equal(0, Turn().Plan.Intensity.Value);

        _at = Inputs.Noon;
        Assert.True(Turn().HistoryWanted);
        Assert.False(Turn().HistoryWanted);
        Assert.Single(_events.OfType<SlotDecided>());
    }

    [Fact]
    public void A_restart_under_a_clock_that_was_set_back_does_not_wait_for_it_to_catch_up()
    {
        Run(TimeSpan.FromMinutes(30));
        var memory = _loop.Memory;
        _loop = NewLoop();
        _loop.Restore(memory);
        _events.Clear();

        _at -= TimeSpan.FromDays(2);

        Assert.True(Turn().Plan.Intensity.Value > 0);
        Assert.Equal(Slot.At(_at, _settings.SlotDuration), Assert.Single(_events.OfType<SlotDecided>()).Slot);
    }

    [Fact]
    public void A_block_of_another_clock_is_missed_and_the_hour_planned_again()
    {
        var settings = _settings with { Strategy = CpuStrategy.Blocks };
        var input = Inputs.Blocks.At(15) with { Blocks = Inputs.Blocks.Blocks! with { Due = [0, 0, 0, 0, 0, 0, 0, 0, 0], Reached = 0 } };
        var block = new Block(input.At.AddHours(3), input.At.AddHours(4), Percent.Of(22), Whole: true);

        var decision = P95Policy.Decide(settings, P95State.Start with { Block = block }, input);

        Assert.Equal(BlockEnd.Missed, Assert.Single(decision.Events.OfType<BlockEnded>()).End);
    }

    [Fact]
    public void On_E2_the_rest_after_a_block_of_another_clock_is_not_waited_for()
    {
        var settings = _settings with { Strategy = CpuStrategy.Blocks };
        var input = Inputs.Blocks.At(15) with { Blocks = Inputs.Blocks.Blocks! with { Family = ShapeFamily.E2, Due = [0, 0, 0, 0, 0, 0, 0, 0, 0], Reached = 0 } };
        var last = new Block(input.At.AddDays(9), input.At.AddDays(9).AddHours(1), Percent.Of(22), Whole: true);

        var decision = P95Policy.Decide(settings, P95State.Start with { LastBlock = last }, input);

        Assert.True(decision.Plan.Intensity.Value > 0);
    }

    [Fact]
    public void A_gate_closed_by_run_delay_does_not_wait_for_the_clock_to_catch_up()
    {
        var state = new GateState(GatePosition.Closed, GateCauses.RunDelay, Inputs.Noon.AddHours(3));
        var input = GateInput.From(Sample(Inputs.Noon, 2, Period));

        Assert.Equal(GatePosition.Open, GatePolicy.Decide(new GateSettings(), state, input).Position);
    }

    private static ControllerLoop NewLoop() =>
        new(new CpuSettings(), new GateSettings(), ProtectWith.Cpu, ShapeFamily.A1, new SamplingSettings { ControlPeriod = Period });

    private IEnumerable<long> Decided() => _events.OfType<SlotDecided>().Select(decided => decided.Slot.Index);

    private void Run(TimeSpan time, double busy = 2)
    {
        for (var end = _at + time; _at < end;)
            Turn(busy);
    }

    private ControllerTurn Turn(double busy = 2, TimeSpan? period = null)
    {
        var turn = _loop.Turn(Sample(_at, busy, period ?? Period));
        foreach (var happened in turn.Events)
            _loop.Apply(happened);
        _events.AddRange(turn.Events.Where(happened => happened is GapSeen or SlotDecided));
        _at += Period;
        return turn;
    }

    private static Sample Sample(DateTimeOffset at, double busy, TimeSpan period) => new(
        at, period, 2,
        new CpuReading(Percent.Of(busy), Percent.Of(busy), Percent.Zero, Percent.Zero, Percent.Zero),
        new MemoryReading(ByteSize.FromMiB(4096), ByteSize.FromMiB(3000), ByteSize.FromMiB(3200), ByteSize.Zero, ByteSize.FromMiB(300), ByteSize.Zero, ByteSize.Zero),
        null, new LoadReading(0.1, 0.1, 0.1, 0.1));
}
