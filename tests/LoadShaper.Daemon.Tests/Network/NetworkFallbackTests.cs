using Akka.Actor;
using Akka.TestKit;
using LoadShaper.Daemon.Network;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Network;

public sealed class NetworkFallbackTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly NetworkSettings Settings = new()
    {
        Peers = [new NetworkPeer("10.0.0.2")],
        Target = Percent.Of(20),
        Fallback = new FallbackSettings { Ramp = TimeSpan.Zero },
    };

    private static readonly GateSettings Gate = new();

    private static readonly SamplingSettings Sampling = new() { JitterPercent = 0 };

    private readonly TestProbe _generator, _events, _status;
    private long _payload, _packets;

    public NetworkFallbackTests()
        : base(VirtualTime.Config)
    {
        _generator = CreateTestProbe("generator");
        _events = CreateTestProbe("events");
        _status = CreateTestProbe("status");
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void When_all_else_is_at_risk_the_generator_is_told_what_is_missing()
    {
        var fallback = Active(Create(Settings));

        Tell(fallback, sent: 5);

        Assert.Equal(30, _generator.ExpectMsg<TrafficGenerator.SetRate>().Rate.Mbit, 6);
        var status = LastStatus();
        Assert.Equal(FallbackPhase.Active, status.Phase);
        Assert.Equal(30, status.Aimed.Mbit, 6);
    }

    [Fact]
    public void What_the_generator_sent_is_not_taken_for_foreign_traffic()
    {
        var fallback = Active(Create(Settings));
        Tell(fallback, sent: 0);
        _generator.ExpectMsg<TrafficGenerator.SetRate>();

        // 12.5 MB and the headers of 1000 packets in five seconds are 20 Mbit/s and a little.
        (_payload, _packets) = (12_458_000, 1000);
        Tell(fallback, sent: 25);

        Assert.Equal(30, _generator.ExpectMsg<TrafficGenerator.SetRate>().Rate.Mbit, 6);
        var status = LastStatus();
        Assert.Equal(12_458_000, status.Total.Bytes);
        Assert.Equal(19.9328, status.Sent.Mbit, 6);
    }

    [Fact]
    public void A_generator_that_began_anew_is_counted_from_nothing()
    {
        var fallback = Active(Create(Settings));
        (_payload, _packets) = (10_000_000, 1000);
        Tell(fallback, sent: 25);
        _generator.ExpectMsg<TrafficGenerator.SetRate>();
        (_payload, _packets) = (1_000_000, 100);
        Tell(fallback, sent: 25);

        Assert.Equal(11_000_000, LastStatus().Total.Bytes);
    }

    [Fact]
    public void A_closed_gate_silences_the_generator_before_anything_is_worked_out()
    {
        var fallback = Active(Create(Settings));

        fallback.Tell(Input(gate: GatePosition.Closed), _events);

        _generator.ExpectMsg<TrafficGenerator.Rest>();
        Answer();
        Assert.Equal(FallbackEnd.GateClosed, _events.ExpectMsg<FallbackDeactivated>().Cause);
        Assert.Equal(FallbackPhase.Inactive, LastStatus().Phase);
    }

    [Fact]
    public void A_sample_that_closes_the_gate_silences_the_generator_before_the_controller_has_spoken()
    {
        var fallback = Active(Create(Settings));
        var network = new NetworkReading("ens3", BitRate.Zero, BitRate.Zero, BitRate.FromMbit(100));
        var memory = new MemoryReading(
            ByteSize.FromMiB(1000), ByteSize.FromMiB(800), ByteSize.FromMiB(800), ByteSize.Zero, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero);
        Sample Seen(double cpu) => new(
            Scheduler.Now, TimeSpan.FromSeconds(5), 2,
            new CpuReading(Percent.Of(cpu), Percent.Of(cpu), Percent.Zero, Percent.Zero, Percent.Zero),
            memory, network, new LoadReading(0, 0, 0, 0));

        fallback.Tell(Seen(cpu: 5));
        _generator.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        fallback.Tell(Seen(cpu: 95));

        _generator.ExpectMsg<TrafficGenerator.Rest>();
    }

    [Fact]
    public void Samples_do_not_hide_that_the_controller_is_silent()
    {
        var fallback = Active(Create(Settings));
        for (var i = 0; i < 4; i++)
        {
            Scheduler.Advance(TimeSpan.FromSeconds(5));
            fallback.Tell(new Sample(Scheduler.Now, TimeSpan.FromSeconds(5), 2, null, null, null, null));
        }

        Assert.Equal(FallbackEnd.Silence, _events.ExpectMsg<FallbackDeactivated>().Cause);
    }

    [Fact]
    public void An_interface_that_cannot_be_read_silences_the_generator()
    {
        var fallback = Active(Create(Settings));

        fallback.Tell(Input() with { Network = null }, _events);

        _generator.ExpectMsg<TrafficGenerator.Rest>();
        Answer();
        Assert.Equal(FallbackEnd.ReadingMissing, _events.ExpectMsg<FallbackDeactivated>().Cause);
    }

    [Fact]
    public void Three_control_periods_of_silence_end_it()
    {
        var fallback = Active(Create(Settings));
        Tell(fallback);
        _generator.ExpectMsg<TrafficGenerator.SetRate>();
        LastStatus();

        Scheduler.Advance(TimeSpan.FromSeconds(14.9));
        _generator.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        Scheduler.Advance(TimeSpan.FromSeconds(0.2));

        _generator.ExpectMsg<TrafficGenerator.Rest>();
        var end = _events.ExpectMsg<FallbackDeactivated>();
        Assert.Equal(FallbackEnd.Silence, end.Cause);
        Assert.Null(end.Input);
        Assert.Equal(FallbackPhase.Inactive, LastStatus().Phase);
    }

    [Fact]
    public void Each_order_ends_by_itself_when_it_is_not_renewed()
    {
        var fallback = Active(Create(Settings));
        Tell(fallback);

        Assert.Equal(TimeSpan.FromSeconds(15), _generator.ExpectMsg<TrafficGenerator.SetRate>().ValidFor);
    }

    [Fact]
    public void Without_peers_it_orders_nothing_and_still_gives_its_status()
    {
        var fallback = Create(Settings with { Peers = [] });
        for (var i = 0; i < 60; i++)
            Tell(fallback);

        Assert.Equal(FallbackPhase.Inactive, LastStatus().Phase);
        _generator.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        _events.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public async Task Stopped_it_takes_its_generator_with_it()
    {
        var fallback = Sys.ActorOf(NetworkFallback.Props(Settings, Gate, Sampling, _status.Ref), "network");
        await fallback.Ask<ActorIdentity>(new Identify(null), TimeSpan.FromSeconds(3));
        var generator = await Sys.ActorSelection("/user/network/generator").ResolveOne(TimeSpan.FromSeconds(3));
        Watch(generator);

        Sys.Stop(fallback);

        ExpectTerminated(generator);
    }

    [Fact]
    public void Restarted_it_begins_inactive_and_rests_first()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Restarting()));
        parent.Tell(Props.Create(() => new NetworkFallback(Settings, Gate, Sampling, _status.Ref, _ => _generator.Ref)));
        var fallback = ExpectMsg<IActorRef>();
        Active(fallback);

        // Kill is a failure like any other to the one who supervises.
        fallback.Tell(Kill.Instance);
        Tell(fallback);

        Assert.Equal(FallbackPhase.Inactive, LastStatus().Phase);
        for (var i = 0; i < 5; i++)
            Tell(fallback);
        Assert.Equal(FallbackPhase.Inactive, LastStatus().Phase);
        Tell(fallback);
        _events.ExpectMsg<FallbackActivated>();
    }

    private IActorRef Create(NetworkSettings settings) =>
        Sys.ActorOf(Props.Create(() => new NetworkFallback(settings, Gate, Sampling, _status.Ref, _ => _generator.Ref)));

    private IActorRef Active(IActorRef fallback)
    {
        for (var i = 0; i < 7; i++)
            Tell(fallback);
        var activated = _events.ExpectMsg<FallbackActivated>();
        Assert.Equal(15, activated.Input!.CpuP95!.Value.Value);
        _generator.ExpectMsg<TrafficGenerator.SetRate>();
        return fallback;
    }

    private void Tell(IActorRef fallback, double sent = 0)
    {
        fallback.Tell(Input(sent), _events);
        Answer();
    }

    private void Answer()
    {
        var account = _generator.ExpectMsg<TrafficGenerator.Account>();
        _generator.Reply(new TrafficGenerator.Accounted(account.For, _payload, _packets, []));
        _status.ExpectMsg<NetworkStatus>(status => _lastStatus = status);
    }

    private NetworkStatus? _lastStatus;

    private NetworkStatus LastStatus()
    {
        while (_status.HasMessages)
            _lastStatus = _status.ExpectMsg<NetworkStatus>();
        return _lastStatus!;
    }

    private FallbackInput Input(double sent = 0, GatePosition gate = GatePosition.Open)
    {
        Scheduler.Advance(TimeSpan.FromSeconds(5));
        return new FallbackInput(
            Scheduler.Now, ShapeFamily.E2, Percent.Of(15), null, Percent.Of(10),
            new NetworkReading("ens3", BitRate.Zero, BitRate.FromMbit(sent), BitRate.FromMbit(100)), gate);
    }

    private sealed class Restarting : ReceiveActor
    {
        public Restarting() => Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);
    }
}
