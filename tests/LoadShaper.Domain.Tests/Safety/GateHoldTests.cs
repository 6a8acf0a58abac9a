using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Safety;

/// <summary>Repeated closings: a longer hold, no closing later, few events.</summary>
public class GateHoldTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly GateSettings Settings = new();
    private static readonly GateInput Quiet = new(
        Noon, Percent.Of(3), RunDelay: null, MemoryPressure: null, ForeignLoadPerCore: 0.1, Percent.Of(40), NetworkUse: null);

    private readonly List<GateEvent> _events = [];
    private GateState _state = GateState.Start;

    private GateDecision At(DateTimeOffset at, bool isBusy) => At(isBusy ? Quiet with { At = at, ForeignCpu = Percent.Of(90) } : Quiet with { At = at });

    private GateDecision At(GateInput input)
    {
        var decision = GatePolicy.Decide(Settings, _state, input);
        if (decision.Event is { } happened)
        {
            _events.Add(happened);
            _state = _state.Apply(happened);
        }

        return decision;
    }

    [Fact]
    public void A_single_closing_holds_nothing()
    {
        At(Noon, isBusy: true);

        Assert.Equal(GatePosition.Open, At(Noon.AddSeconds(5), isBusy: false).Position);
    }

    [Fact]
    public void The_second_closing_in_quick_succession_is_held_to_the_end_of_a_minute_and_says_so()
    {
        At(Noon, isBusy: true);
        At(Noon.AddSeconds(5), isBusy: false);

        Assert.Equal(GatePosition.Closed, At(Noon.AddSeconds(10), isBusy: true).Position);
        var held = At(Noon.AddSeconds(15), isBusy: false);

        Assert.Equal((GatePosition.Closed, GateCauses.Repeated, null), (held.Position, held.Causes, held.Event));
        Assert.Equal(GatePosition.Closed, At(Noon.AddSeconds(59), isBusy: false).Position);
        Assert.Equal(GatePosition.Open, At(Noon.AddSeconds(60), isBusy: false).Position);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(6, 8)]
    [InlineData(7, 10)]
    public void Each_further_closing_doubles_the_hold_up_to_ten_minutes(int repeats, int minutes) =>
        Assert.Equal(Noon.AddMinutes(minutes), new GateHold(repeats, Noon).Until);

    [Fact]
    public void A_closing_is_never_delayed()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var input = GateInputs.Draw(random, Noon.AddSeconds(5 * i));
            var undamped = GatePolicy.Decide(Settings, _state with { Causes = GateCauses.None }, input, GateLaw.Undamped).Position;

            Assert.True(At(input).Position >= undamped);
        }
    }

    [Fact]
    public void A_load_that_closes_the_gate_whenever_it_opens_closes_it_six_times_an_hour()
    {
        var closings = 0;
        for (var i = 0; i < 24 * 720; i++)
        {
            var wasOpen = _state.Position == GatePosition.Open;
            if (At(Noon.AddSeconds(5 * i), wasOpen).Position == GatePosition.Closed && wasOpen)
                closings++;
        }

        Assert.InRange(closings, 100, 24 * 6 + 8);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void No_load_makes_it_close_more_often_than_that(int seed)
    {
        var random = new Random(seed);
        var (closings, busyAt) = (0, Noon);
        for (var i = 0; i < 24 * 720; i++)
        {
            var at = Noon.AddSeconds(5 * i);
            var wasOpen = _state.Position == GatePosition.Open;
            if (!wasOpen)
                busyAt = at.AddMinutes(random.Next(14));
            if (At(at, wasOpen && at >= busyAt).Position == GatePosition.Closed && wasOpen)
                closings++;
        }

        Assert.InRange(closings, 50, 24 * 6 + 8);
    }

    [Fact]
    public void Calm_takes_the_hold_back_step_by_step()
    {
        var hold = new GateHold(7, Noon);

        Assert.Equal(7, GateHold.Next(hold, Noon.AddMinutes(9)).Repeats);
        Assert.Equal(6, GateHold.Next(hold, Noon.AddMinutes(25)).Repeats);
        Assert.Equal(0, GateHold.Next(hold, Noon.AddDays(1)).Repeats);
    }

    [Fact]
    public void A_clock_that_is_set_back_or_forward_holds_nothing_longer()
    {
        var hold = new GateHold(7, Noon);

        Assert.True(hold.Holds(Noon.AddMinutes(9)));
        Assert.False(hold.Holds(Noon.AddHours(-1)));
        Assert.False(hold.Holds(Noon.AddHours(1)));
    }

    [Fact]
    public void Causes_that_come_and_go_behind_a_closed_gate_are_one_event()
    {
        At(Noon, isBusy: true);
        for (var i = 1; i < 100; i++)
            At(Quiet with { At = Noon.AddSeconds(5 * i), ForeignCpu = Percent.Of(90), MemoryPressure = Percent.Of(i % 2 == 0 ? 0 : 20) });

        Assert.Equal([GateCauses.ForeignCpu, GateCauses.ForeignCpu | GateCauses.MemoryPressure], _events.Cast<GateClosed>().Select(closed => closed.Causes));
    }

    [Fact]
    public void A_cause_that_was_not_recorded_again_still_keeps_its_lower_limit()
    {
        At(Quiet with { ForeignCpu = Percent.Of(90), MemoryPressure = Percent.Of(20) });
        At(Quiet with { At = Noon.AddSeconds(5), ForeignCpu = Percent.Of(90), MemoryPressure = Percent.Of(0) });

        Assert.Equal(GatePosition.Closed, At(Quiet with { At = Noon.AddSeconds(10), MemoryPressure = Percent.Of(6) }).Position);
        Assert.Equal(GatePosition.Open, At(Quiet with { At = Noon.AddSeconds(15), MemoryPressure = Percent.Of(4) }).Position);
    }

    [Fact]
    public void Between_held_and_closed_the_same_hold_applies()
    {
        var held = Quiet with { ForeignLoadPerCore = 0.7 };
        GatePosition Next(double seconds, double foreign) =>
            At(held with { At = Noon.AddSeconds(seconds), ForeignCpu = Percent.Of(foreign) }).Position;

        Assert.Equal(GatePosition.HeldByLoadAverage, Next(0, 19));
        Assert.Equal(GatePosition.Closed, Next(5, 21));
        Assert.Equal(GatePosition.Closed, Next(10, 19));
        Assert.Equal(GatePosition.HeldByLoadAverage, Next(60, 19));
    }
}
