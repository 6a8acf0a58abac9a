using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Safety;

public class GatePolicyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly GateSettings Settings = new();
    private static readonly GateInput Quiet = new(
        Noon, Percent.Of(3), RunDelay: null, MemoryPressure: null, ForeignLoadPerCore: 0.1, Percent.Of(40), NetworkUse: null);

    private static GateDecision Decide(GateInput input) => GatePolicy.Decide(Settings, GateState.Start, input);

    [Fact]
    public void A_quiet_machine_leaves_the_gate_open_and_says_nothing()
    {
        Assert.Equal(new GateDecision(GatePosition.Open, 1, GateCauses.None, null), Decide(Quiet));
    }

    public static TheoryData<GateInput, GateCauses> Signals => new()
    {
        { Quiet with { RunDelay = Percent.Of(90) }, GateCauses.RunDelay },
        { Quiet with { ForeignCpu = Percent.Of(85) }, GateCauses.ForeignCpu },
        { Quiet with { MemoryPressure = Percent.Of(10) }, GateCauses.MemoryPressure },
        { Quiet with { MemoryUse = Percent.Of(90) }, GateCauses.MemoryUse },
        { Quiet with { NetworkUse = Percent.Of(60) }, GateCauses.NetworkUse },
        { Quiet with { ForeignCpu = null }, GateCauses.MissingReading },
        { Quiet with { MemoryUse = null }, GateCauses.MissingReading },
        { Quiet with { ForeignLoadPerCore = null }, GateCauses.MissingReading },
        { Quiet with { ForeignLoadPerCore = 0.6, ForeignCpu = Percent.Of(20) }, GateCauses.LoadAverage },
        { Quiet with { ForeignLoadPerCore = 0.6, RunDelay = Percent.Of(25) }, GateCauses.LoadAverage },
        { Quiet with { ForeignLoadPerCore = 0.6, MemoryPressure = Percent.Of(5) }, GateCauses.LoadAverage },
    };

    [Theory]
    [MemberData(nameof(Signals))]
    public void Each_signal_closes_it_at_once_and_the_event_says_why(GateInput input, GateCauses cause)
    {
        var decision = Decide(input);

        Assert.Equal(GatePosition.Closed, decision.Position);
        Assert.Equal(0, decision.Scale);
        Assert.Equal(new GateClosed(input.At, GatePosition.Closed, cause, input, new GateHold(0, input.At)), decision.Event);
    }

    [Fact]
    public void The_load_average_alone_holds_it_without_closing_it()
    {
        var decision = Decide(Quiet with { ForeignLoadPerCore = 0.6 });

        Assert.Equal(GatePosition.HeldByLoadAverage, decision.Position);
        Assert.Equal(1, decision.Scale);
    }

    [Fact]
    public void With_the_load_check_off_a_high_or_missing_load_average_does_not_matter()
    {
        var settings = Settings with { LoadCheck = false };

        Assert.Equal(GatePosition.Open, GatePolicy.Decide(settings, GateState.Start, Quiet with { ForeignLoadPerCore = 9 }).Position);
        Assert.Equal(GatePosition.Open, GatePolicy.Decide(settings, GateState.Start, Quiet with { ForeignLoadPerCore = null }).Position);
    }

    [Theory]
    [InlineData(84.9, 80, true)]
    [InlineData(79.9, 80, false)]
    public void A_closed_gate_opens_only_under_the_lower_limit(double now, double limit, bool staysClosed)
    {
        var closed = GateState.Start.Apply(Decide(Quiet with { ForeignCpu = Percent.Of(86) }).Event!);

        var decision = GatePolicy.Decide(Settings, closed, Quiet with { At = Noon.AddSeconds(5), ForeignCpu = Percent.Of(now) });

        Assert.Equal(staysClosed, decision.Position == GatePosition.Closed);
        Assert.Equal(staysClosed, decision.Event is null);
        Assert.Equal(Settings.CpuStop.Value - Settings.HysteresisPoints, limit);
    }

    [Fact]
    public void A_load_average_between_the_thresholds_does_not_close_or_open()
    {
        var between = Quiet with { ForeignLoadPerCore = 0.5 };
        var held = GateState.Start.Apply(Decide(Quiet with { ForeignLoadPerCore = 0.7 }).Event!);

        Assert.Equal(GatePosition.Open, Decide(between).Position);
        Assert.Equal(GatePosition.HeldByLoadAverage, GatePolicy.Decide(Settings, held, between).Position);
    }

    [Fact]
    public void Closed_by_run_queue_delay_it_opens_for_a_look_when_nothing_can_be_seen_any_more()
    {
        var closed = GateState.Start.Apply(Decide(Quiet with { RunDelay = Percent.Of(90) }).Event!);

        GatePosition After(double seconds) => GatePolicy.Decide(Settings, closed, Quiet with { At = Noon.AddSeconds(seconds) }).Position;

        Assert.Equal(GatePosition.Closed, After(5));
        Assert.Equal(GatePosition.Open, After(10));
        Assert.Equal(GatePosition.Open, After(60));
    }

    [Fact]
    public void Other_causes_that_come_and_go_do_not_put_that_look_off()
    {
        var state = GateState.Start;
        GatePosition At(double seconds, Percent? runDelay, double foreign)
        {
            var decision = GatePolicy.Decide(Settings, state, Quiet with { At = Noon.AddSeconds(seconds), RunDelay = runDelay, ForeignCpu = Percent.Of(foreign) });
            state = decision.Event is { } happened ? state.Apply(happened) : state;
            return decision.Position;
        }

        Assert.Equal(GatePosition.Closed, At(0, runDelay: Percent.Of(99), foreign: 60));
        Assert.Equal(GatePosition.Closed, At(5, runDelay: null, foreign: 100));
        Assert.Equal(GatePosition.Open, At(10, runDelay: null, foreign: 40));
    }

    [Fact]
    public void Another_cause_is_another_event_and_the_gate_opens_only_when_the_last_is_gone()
    {
        var first = GateState.Start.Apply(Decide(Quiet with { ForeignCpu = Percent.Of(90) }).Event!);
        var both = GatePolicy.Decide(Settings, first, Quiet with { ForeignCpu = Percent.Of(90), MemoryPressure = Percent.Of(30) });
        var second = first.Apply(both.Event!);
        var one = GatePolicy.Decide(Settings, second, Quiet with { MemoryPressure = Percent.Of(6) });
        var none = GatePolicy.Decide(Settings, second.Apply(one.Event!), Quiet with { MemoryPressure = Percent.Of(4) });

        Assert.Equal(GateCauses.ForeignCpu | GateCauses.MemoryPressure, second.Causes);
        Assert.Equal(GateCauses.MemoryPressure, one.Causes);
        Assert.IsType<GateOpened>(none.Event);
    }

    [Theory]
    [InlineData(60, 1)]
    [InlineData(75, 0.5)]
    [InlineData(89.1, 0.03)]
    public void Load_shrinks_as_run_queue_delay_nears_its_limit(double runDelay, double scale)
    {
        Assert.Equal(scale, Decide(Quiet with { RunDelay = Percent.Of(runDelay) }).Scale, 3);
    }

    [Fact]
    public void Occupied_memory_and_traffic_close_it_but_do_not_shrink_the_load()
    {
        Assert.Equal(1, Decide(Quiet with { MemoryUse = Percent.Of(89), NetworkUse = Percent.Of(59) }).Scale);
    }

    [Theory]
    [InlineData(GateLaw.Undamped)]
    [InlineData(GateLaw.Damped)]
    public void Deciding_again_from_the_recorded_input_comes_to_the_same_events(GateLaw law)
    {
        var random = new Random(20261121);
        var state = GateState.Start;
        for (var i = 0; i < 1000; i++)
        {
            var input = GateInputs.Draw(random, Noon.AddSeconds(5 * i));
            var decision = GatePolicy.Decide(Settings, state, input, law);
            if (decision.Event is { } happened)
            {
                Assert.Equal(law, happened.Law);
                Assert.Equal(happened, GatePolicy.Decide(Settings, state, happened.Input, happened.Law).Event);
                state = state.Apply(happened);
            }

            Assert.Equal(decision.Position, state.Position);
            if (law == GateLaw.Undamped)
                Assert.Equal(decision.Causes, state.Causes);
            else
                Assert.Equal(GateCauses.None, decision.Causes & ~state.Causes & ~GateCauses.Repeated);
        }
    }
}
