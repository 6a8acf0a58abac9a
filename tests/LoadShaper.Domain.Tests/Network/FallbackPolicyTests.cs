using LoadShaper.Domain.Network;
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
        var story = new Story(Settings).Told(20, cpu: 15, memory: 90, network: 10);
        Assert.Empty(story.Events);

        story.Told(15, cpu: 15, memory: 90, network: 10);

        var activated = Assert.IsType<FallbackActivated>(Assert.Single(story.Events));
        Assert.Equal(TimeSpan.FromSeconds(30), activated.At - Noon);
        Assert.Equal(Noon, activated.RiskSince);
        Assert.Equal(15, activated.Input!.CpuP95!.Value.Value);
    }

    [Fact]
    public void On_A1_memory_must_be_at_risk_too()
    {
        var story = new Story(Settings, ShapeFamily.A1).Told(120, cpu: 15, memory: 22, network: 10);
        Assert.Empty(story.Events);

        story.Told(31, cpu: 15, memory: 21.9, network: 10);
        Assert.IsType<FallbackActivated>(Assert.Single(story.Events));
    }

    [Theory]
    [InlineData(22.0, 10.0)]
    [InlineData(15.0, 19.0)]
    public void One_metric_that_is_not_at_risk_keeps_it_off(double cpu, double network)
    {
        Assert.Empty(new Story(Settings).Told(600, cpu, memory: 0, network).Events);
    }

    [Theory]
    [InlineData(null, 10.0, 10.0)]
    [InlineData(15.0, null, 10.0)]
    [InlineData(15.0, 10.0, null)]
    public void A_metric_that_is_not_known_never_starts_traffic(double? cpu, double? memory, double? network)
    {
        Assert.Empty(new Story(Settings, ShapeFamily.A1).Told(600, cpu, memory, network).Events);
    }

    [Fact]
    public void A_risk_that_breaks_begins_to_count_anew()
    {
        var story = new Story(Settings).Told(25, 15, 0, 10).Told(5, 25, 0, 10).Told(25, 15, 0, 10);
        Assert.Empty(story.Events);

        Assert.Single(story.Told(10, 15, 0, 10).Events);
    }

    [Fact]
    public void Once_on_it_stays_on_for_the_least_time_although_the_CPU_is_safe()
    {
        var story = Active().Told(55, cpu: 30, memory: 0, network: 10);
        Assert.Equal(FallbackPhase.Active, story.State.Phase);

        story.Told(10, cpu: 30, memory: 0, network: 10);
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
        var story = Active(ShapeFamily.A1).Told(65, cpu, memory, network);

        Assert.Equal(FallbackEnd.NotNeeded, Assert.IsType<FallbackDeactivated>(story.Events[^1]).Cause);
    }

    [Fact]
    public void Between_start_and_stop_it_stays_as_it_is()
    {
        Assert.Equal(FallbackPhase.Active, Active().Told(3600, 15, 0, 21).State.Phase);
        Assert.Equal(FallbackPhase.Inactive, new Story(Settings).Told(3600, 15, 0, 21).State.Phase);
    }

    [Fact]
    public void A_closed_gate_ends_it_at_once_and_it_rests_before_it_begins_again()
    {
        var story = Active().Told(5, 15, 0, 10, GatePosition.Closed);
        Assert.Equal(FallbackEnd.GateClosed, Assert.IsType<FallbackDeactivated>(story.Events[^1]).Cause);

        story.Told(600, 15, 0, 10, GatePosition.Closed);
        Assert.Equal(2, story.Events.Count);

        story.Told(5, 15, 0, 10);
        Assert.IsType<FallbackActivated>(story.Events[^1]);
    }

    [Fact]
    public void The_load_average_alone_does_not_take_the_last_lever_away()
    {
        Assert.Equal(FallbackPhase.Active, Active().Told(600, 15, 0, 10, GatePosition.HeldByLoadAverage).State.Phase);
    }

    [Fact]
    public void An_interface_that_cannot_be_read_ends_it_at_once()
    {
        var story = Active().Told(5, 15, 0, 10, seen: false);

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

        var story = new Story(always).Told(25, 90, 90, 90);
        Assert.Empty(story.Events);
        Assert.IsType<FallbackActivated>(Assert.Single(story.Told(3600, 90, 90, 90).Events));
        Assert.Equal(FallbackPhase.Inactive, story.Told(5, 90, 90, 90, GatePosition.Closed).State.Phase);
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
        Assert.Empty(new Story(settings).Told(3600, 0, 0, 0).Events);
    }

    [Fact]
    public void A_clock_set_back_neither_starts_nor_keeps_traffic()
    {
        var story = new Story(Settings).Told(25, 15, 0, 10).Jump(TimeSpan.FromHours(-2)).Told(25, 15, 0, 10);
        Assert.Empty(story.Events);

        story = Active().Jump(TimeSpan.FromHours(-2)).Told(70, 30, 0, 10);
        Assert.Equal(FallbackPhase.Inactive, story.State.Phase);
    }

    [Fact]
    public void Deciding_again_from_the_recorded_input_comes_to_the_same_answer()
    {
        var state = new Story(Settings).Told(30, 15, 0, 10).State;
        var activated = Assert.IsType<FallbackActivated>(Active().Events[0]);

        Assert.Equal(activated, FallbackPolicy.Decide(Settings, state, activated.Input!).Event);
    }

    private static Story Active(ShapeFamily family = ShapeFamily.E2) => new Story(Settings, family).Told(35, 15, 10, 10);

    /// <summary>Tells the same every five seconds and remembers what happened.</summary>
    private sealed class Story(NetworkSettings settings, ShapeFamily family = ShapeFamily.E2)
    {
        private DateTimeOffset _at = Noon;

        public FallbackState State { get; private set; } = FallbackState.Start;

        public List<NetworkEvent> Events { get; } = [];

        public Story Told(
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
