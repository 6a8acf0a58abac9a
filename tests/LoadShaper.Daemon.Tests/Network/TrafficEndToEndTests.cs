using Akka.Actor;
using Akka.TestKit;
using LoadShaper.Daemon.Network;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>From the readings to the datagrams: the fallback with its real generator, a real peer, virtual time.</summary>
public sealed class TrafficEndToEndTests : Akka.TestKit.Xunit2.TestKit
{
    private readonly TestProbe _events, _status;
    private readonly Receiver _receiver = new();
    private readonly IActorRef _fallback, _generator, _recorder;
    private long _received;

    public TrafficEndToEndTests()
        : base(VirtualTime.Config)
    {
        _events = CreateTestProbe("events");
        _status = CreateTestProbe("status");
        var events = _events.Ref;
        _recorder = Sys.ActorOf(Props.Create(() => new Recorder(events)), "recorder");
        var settings = new NetworkSettings
        {
            Peers = [new NetworkPeer("127.0.0.1", _receiver.Port)],
            ValidatePeers = false,
            Target = Percent.Of(20),
            Burst = TimeSpan.FromSeconds(5),
            Idle = TimeSpan.FromSeconds(5),
        };
        var clock = new VirtualTime(Scheduler);
        var generator = new TaskCompletionSource<IActorRef>();
        Func<IActorRefFactory, IActorRef> create = context =>
        {
            var child = context.ActorOf(Props.Create(() => new TrafficGenerator(settings, clock)), "generator");
            generator.SetResult(child);
            return child;
        };
        _fallback = Sys.ActorOf(Props.Create(() => new NetworkFallback(
            settings, new GateSettings(), new SamplingSettings { JitterPercent = 0 }, _status.Ref, create)));
        _generator = generator.Task.GetAwaiter().GetResult();
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void The_mean_reaches_the_target_and_a_closed_gate_ends_it()
    {
        AwaitCondition(() => Pass(cpu: 15).Peers.Count == 1, TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(10));
        for (var i = 0; i < 10; i++)
            Pass(cpu: 15);
        _events.ExpectMsg<FallbackActivated>();
        // The debounce of the generator is over by then, and bursts and rests alternate.
        Pass(cpu: 15);
        Pass(cpu: 15);
        _received = 0;

        for (var i = 0; i < 8; i++)
            Pass(cpu: 15);

        Assert.InRange(8 * _received / 40.0 / 1e6, 0.9 * 2, 1.1 * 2);

        Pass(cpu: 15, GatePosition.Closed);
        Assert.Equal(FallbackEnd.GateClosed, _events.ExpectMsg<FallbackDeactivated>().Cause);
        _received = 0;
        Pass(cpu: 15, GatePosition.Closed);
        Assert.Equal(0, _received);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _receiver.Dispose();
    }

    /// <summary>Lets a control period of five seconds pass and tells what was seen in it; a link of 10 Mbit, on which only we send.</summary>
    private NetworkStatus Pass(double cpu, GatePosition gate = GatePosition.Open)
    {
        var probe = CreateTestProbe();
        for (var i = 0; i < 250; i++)
        {
            Scheduler.Advance(TimeSpan.FromMilliseconds(20));
            _generator.Tell(new Identify(null), probe.Ref);
            probe.ExpectMsg<ActorIdentity>();
            _receiver.Serve();
        }
        var (packets, bytes) = _receiver.Drain();
        _received += bytes + 42 * packets;
        _fallback.Tell(new FallbackInput(
            Scheduler.Now, ShapeFamily.E2, Percent.Of(cpu), null, Percent.Of(10),
            new NetworkReading("ens3", BitRate.Zero, BitRate.FromBits(8 * (bytes + 42 * packets) / 5.0), BitRate.FromMbit(10)), gate), _recorder);
        return _status.ExpectMsg<NetworkStatus>();
    }

    /// <summary>The journal: what was asked for is on disk at once.</summary>
    private sealed class Recorder : ReceiveActor
    {
        private LedgerState _ledger = LedgerState.Start;

        public Recorder(IActorRef events)
        {
            Receive<LedgerWanted>(_ => Sender.Tell(_ledger));
            Receive<LedgerEvent>(entry => Sender.Tell(_ledger = _ledger.Apply(entry)));
            Receive<NetworkEvent>(events.Forward);
            ReceiveAny(_ => { });
        }
    }
}
