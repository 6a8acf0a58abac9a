using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Network;

public sealed class FallbackPolicyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly NetworkSettings Settings = new() { Peers = [new NetworkPeer("peer")] };

    [Fact]
    public void On_E2_traffic_starts_when_CPU_and_network_are_at_risk_for_the_debounce()
    {
        var story = new Story(Settings).Fed(20, cpu: 15, memory: 90, network: 10);
        Assert.Empty(story.Events);

        story.Fed(15, cpu: 15, memory: 90, network: 10);

        var activated = Assert.IsType<FallbackActivated>(Assert.Single(story.Events));
        Assert.Equal(TimeSpan.FromSeconds(30), activated.At - Noon);
        Assert.Equal(Noon, activated.RiskSince);
        Assert.Equal(15, activated.Input!.CpuP95!.Value.Value);
    }

    [Fact]
    public void A_budget_that_is_used_ends_traffic_at_once_and_keeps_it_off()
    {
        var input = new FallbackInput(
            Noon, ShapeFamily.E2, Percent.Of(15), null, Percent.Of(10),
            new NetworkReading("ens3", BitRate.Zero, BitRate.Zero, BitRate.FromMbit(100)), GatePosition.Open, BudgetLevel.Reached);
        var active = new FallbackState(FallbackPhase.Active, Noon, Noon, null);

        Assert.Equal(new FallbackDeactivated(Noon, input, FallbackEnd.BudgetReached), FallbackPolicy.Decide(Settings, active, input).Event);
        var rested = new FallbackState(FallbackPhase.Inactive, Noon.AddHours(-1), Noon.AddHours(-1), null);
        Assert.Null(FallbackPolicy.Decide(Settings, rested, input).Event);
        Assert.IsType<FallbackActivated>(FallbackPolicy.Decide(Settings, rested, input with { Budget = BudgetLevel.Warning }).Event);
    }

    [Theory]
    [InlineData(NetworkMode.Off, false, false)]
    [InlineData(NetworkMode.Client, true, false)]
    [InlineData(NetworkMode.Server, false, true)]
    [InlineData(NetworkMode.Both, true, true)]
    public void The_mode_decides_who_sends_and_who_receives(NetworkMode mode, bool sends, bool receives)
    {
        var settings = Settings with { Mode = mode };

        Assert.Equal((sends, receives), (FallbackPolicy.MaySend(settings), FallbackPolicy.MayReceive(settings)));
        Assert.False(FallbackPolicy.MaySend(settings with { Budget = new BudgetSettings { Monthly = ByteSize.Zero } }));
        Assert.False(FallbackPolicy.MayReceive(settings with { Peers = [] }));
    }

    [Fact]
    public void On_A1_memory_must_be_at_risk_too()
    {
        var story = new Story(Settings, ShapeFamily.A1).Fed(120, cpu: 15, memory: 22, network: 10);
        Assert.Empty(story.Events);

        story.Fed(31, cpu: 15, memory: 21.9, network: 10);
        Assert.IsType<FallbackActivated>(Assert.Single(story.Events));
    }

    [Theory]
    [InlineData(22.0, 10.0)]
    [InlineData(15.0, 19.0)]
    public void One_metric_that_is_not_at_risk_keeps_it_off(double cpu, double network)
    {
        Assert.Empty(new Story(Settings).Fed(600, cpu, memory: 0, network).Events);
    }

    [Theory]
    [InlineData(null, 10.0, 10.0)]
    [InlineData(15.0, null, 10.0)]
    [InlineData(15.0, 10.0, null)]
    public void A_metric_that_is_not_known_never_starts_traffic(double? cpu, double? memory, double? network)
    {
        Assert.Empty(new Story(Settings, ShapeFamily.A1).Fed(600, cpu, memory, network).Events);
    }

    [Fact]
    public void A_risk_that_breaks_is_counted_from_zero()
    {
        var story = new Story(Settings).Fed(25, 15, 0, 10).Fed(5, 25, 0, 10).Fed(25, 15, 0, 10);
        Assert.Empty(story.Events);

        Assert.Single(story.Fed(10, 15, 0, 10).Events);
    }

    [Fact]
    public void Once_on_it_stays_on_for_the_least_time_although_the_CPU_is_safe()
    {
        var story = Active().Fed(55, cpu: 30, memory: 0, network: 10);
        Assert.Equal(FallbackPhase.Active, story.State.Phase);

        story.Fed(10, cpu: 30, memory: 0, network: 10);
        Assert.Equal(FallbackEnd.NotNeeded, Assert.IsType<FallbackDeactivated>(story.Events[^1]).Cause);
        Assert.Equal(60, (story.Events[1].At - story.Events[0].At).TotalSeconds);
    }

    [Theory]
    [InlineData(30.0, 10.0, 10.0)]
    [InlineData(null, 10.0, 10.0)]
    [InlineData(15.0, 30.0, 10.0)]
    [InlineData(15.0, null, 10.0)]
    [InlineData(15.0, 10.0, 23.1)]
    public void It_ends_when_a_metric_is_safe_or_not_known_any_more(double? cpu, double? memory, double? network)
    {
        var story = Active(ShapeFamily.A1).Fed(65, cpu, memory, network);

        Assert.Equal(FallbackEnd.NotNeeded, Assert.IsType<FallbackDeactivated>(story.Events[^1]).Cause);
    }

    [Fact]
    public void Between_start_and_stop_it_stays_as_it_is()
    {
        Assert.Equal(FallbackPhase.Active, Active().Fed(3600, 15, 0, 21).State.Phase);
        Assert.Equal(FallbackPhase.Inactive, new Story(Settings).Fed(3600, 15, 0, 21).State.Phase);
    }

    [Fact]
    public void A_closed_gate_ends_it_at_once_and_it_rests_before_it_begins_again()
    {
        var story = Active().Fed(5, 15, 0, 10, GatePosition.Closed);
        Assert.Equal(FallbackEnd.GateClosed, Assert.IsType<FallbackDeactivated>(story.Events[^1]).Cause);

        story.Fed(600, 15, 0, 10, GatePosition.Closed);
        Assert.Equal(2, story.Events.Count);

        story.Fed(5, 15, 0, 10);
        Assert.IsType<FallbackActivated>(story.Events[^1]);
    }

    [Fact]
    public void The_load_average_alone_does_not_take_the_last_lever_away()
    {
        Assert.Equal(FallbackPhase.Active, Active().Fed(600, 15, 0, 10, GatePosition.HeldByLoadAverage).State.Phase);
    }

    [Fact]
    public void An_interface_that_cannot_be_read_ends_it_at_once()
    {
        var story = Active().Fed(5, 15, 0, 10, seen: false);

        Assert.Equal(FallbackEnd.ReadingMissing, Assert.IsType<FallbackDeactivated>(story.Events[^1]).Cause);
    }

    [Fact]
    public void Silence_ends_it()
    {
        var decision = FallbackPolicy.DecideSilence(Active().State, Noon.AddHours(1));

        Assert.Equal(FallbackEnd.Silence, Assert.IsType<FallbackDeactivated>(decision.Event).Cause);
        Assert.Equal(FallbackPhase.Inactive, decision.State.Phase);
        Assert.Null(FallbackPolicy.DecideSilence(decision.State, Noon.AddHours(2)).Event);
    }

    [Fact]
    public void Always_needs_no_risk_but_the_first_rest()
    {
        var always = Settings with { Fallback = new FallbackSettings { Activation = NetworkActivation.Always } };

        var story = new Story(always).Fed(25, 90, 90, 90);
        Assert.Empty(story.Events);
        Assert.IsType<FallbackActivated>(Assert.Single(story.Fed(3600, 90, 90, 90).Events));
        Assert.Equal(FallbackPhase.Inactive, story.Fed(5, 90, 90, 90, GatePosition.Closed).State.Phase);
    }

    public static TheoryData<NetworkSettings> Muted =>
    [
        Settings with { Peers = [] },
        Settings with { Mode = NetworkMode.Off },
        Settings with { Target = Percent.Zero },
        Settings with { Fallback = new FallbackSettings { Activation = NetworkActivation.Off } },
        Settings with { Peers = [], Fallback = new FallbackSettings { Activation = NetworkActivation.Always } },
    ];

    [Theory, MemberData(nameof(Muted))]
    public void Without_peers_or_switched_off_it_never_sends(NetworkSettings settings)
    {
        Assert.Empty(new Story(settings).Fed(3600, 0, 0, 0).Events);
    }

    [Fact]
    public void A_clock_set_back_does_not_start_or_keep_traffic()
    {
        var story = new Story(Settings).Fed(25, 15, 0, 10).Jump(TimeSpan.FromHours(-2)).Fed(25, 15, 0, 10);
        Assert.Empty(story.Events);

        story = Active().Jump(TimeSpan.FromHours(-2)).Fed(70, 30, 0, 10);
        Assert.Equal(FallbackPhase.Inactive, story.State.Phase);
    }

    [Fact]
    public void Deciding_again_from_the_recorded_input_comes_to_the_same_answer()
    {
        var state = new Story(Settings).Fed(30, 15, 0, 10).State;
        var activated = Assert.IsType<FallbackActivated>(Active().Events[0]);

        Assert.Equal(activated, FallbackPolicy.Decide(Settings, state, activated.Input!).Event);
    }

    private static Story Active(ShapeFamily family = ShapeFamily.E2) => new Story(Settings, family).Fed(35, 15, 10, 10);

    /// <summary>Tells the same every five seconds and remembers what happened.</summary>
    private sealed class Story(NetworkSettings settings, ShapeFamily family = ShapeFamily.E2)
    {
        private DateTimeOffset _at = Noon;

        public FallbackState State { get; private set; } = FallbackState.Start;

        public List<NetworkEvent> Events { get; } = [];

        public Story Fed(
            int seconds, double? cpu, double? memory, double? network, GatePosition gate = GatePosition.Open, bool seen = true)
        {
            for (var until = _at.AddSeconds(seconds); _at < until; _at = _at.AddSeconds(5))
            {
                var decision = FallbackPolicy.Decide(settings, State, new FallbackInput(
                    _at, family, Of(cpu), Of(memory), Of(network),
                    seen ? new NetworkReading("ens3", BitRate.Zero, BitRate.Zero, BitRate.FromMbit(50)) : null, gate));
                State = decision.State;
                if (decision.Event is { } happened)
                    Events.Add(happened);
            }
            return this;
        }

        public Story Jump(TimeSpan by)
        {
            _at += by;
            return this;
        }

        private static Percent? Of(double? value) => value is { } v ? Percent.Of(v) : null;
    }
}
