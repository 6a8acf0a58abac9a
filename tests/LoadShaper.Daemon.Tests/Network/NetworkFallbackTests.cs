using Akka.Actor;
using Akka.TestKit;
using LoadShaper.Daemon.Network;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Network.Ledger;
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
    private Destinations? _destinations;

    public NetworkFallbackTests()
        : base(VirtualTime.Config)
    {
        _generator = CreateTestProbe("generator");
        _events = CreateTestProbe("events");
        _status = CreateTestProbe("status");
        _events.IgnoreMessages<LedgerWanted>(_ => true);
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void When_all_else_is_at_risk_the_generator_is_ordered_to_send_the_difference()
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
    public void A_restarted_generator_is_counted_from_zero()
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
    public void Nothing_is_allowed_before_its_reservation_is_on_disk()
    {
        var fallback = Active(Create(Settings));
        fallback.Tell(LedgerState.Start);
        Tell(fallback);
        var first = _events.ExpectMsg<TrafficReserved>();
        Assert.True(first.Input.Resumed);
        _generator.ExpectMsg<TrafficGenerator.SetRate>();
        _generator.ExpectNoMsg(TimeSpan.FromMilliseconds(100));

        fallback.Tell(LedgerState.Start.Apply(first));

        var allowed = _generator.ExpectMsg<TrafficGenerator.Allow>().Until.Total.Bytes;
        Assert.InRange(allowed, RatePolicy.ToReserve(BitRate.FromMbit(40), Sampling.ControlPeriod).Bytes, first.Reserved.Total.Bytes);
    }

    [Fact]
    public void A_reservation_that_is_nearly_used_is_renewed_and_what_was_sent_is_settled()
    {
        var fallback = Active(Create(Settings));
        var (disk, until) = BeginLedger(fallback);

        fallback.Tell(new TrafficGenerator.AllowanceLow(Traffic.To(isPrivate: true, 20_000_000)));

        var entry = _events.ExpectMsg<TrafficReserved>();
        Assert.Equal(20_000_000, entry.Sent.Total.Bytes);
        fallback.Tell(disk.Apply(entry));
        Assert.True(_generator.ExpectMsg<TrafficGenerator.Allow>().Until.Total > until.Total);
    }

    /// <returns>The ledger with its first entry on disk, and what that entry allowed.</returns>
    private (LedgerState Disk, Traffic Until) BeginLedger(IActorRef fallback)
    {
        fallback.Tell(LedgerState.Start);
        Tell(fallback);
        var disk = LedgerState.Start.Apply(_events.ExpectMsg<TrafficReserved>());
        fallback.Tell(disk);
        _generator.ExpectMsg<TrafficGenerator.SetRate>();
        return (disk, _generator.ExpectMsg<TrafficGenerator.Allow>().Until);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_peer_that_gets_an_address_later_has_its_hellos_reserved(bool isPrivate)
    {
        _destinations = new Destinations(HasExternal: false, HasPrivate: false, PrivateShare: 1);
        var fallback = Create(Settings);
        fallback.Tell(LedgerState.Start);
        Tell(fallback);
        var first = _events.ExpectMsg<TrafficReserved>();
        Assert.Equal(Traffic.None, first.Reserved);
        fallback.Tell(LedgerState.Start.Apply(first));
        _generator.ExpectMsg<TrafficGenerator.Allow>();
        Tell(fallback);
        _events.ExpectNoMsg(TimeSpan.Zero);

        _destinations = new Destinations(HasExternal: !isPrivate, HasPrivate: isPrivate, PrivateShare: isPrivate ? 1 : 0);
        Tell(fallback);

        Assert.Equal(Traffic.To(isPrivate, LedgerKeeper.ForHellos.Bytes), _events.ExpectMsg<TrafficReserved>().Reserved);
    }

    [Fact]
    public void With_marks_the_next_step_is_allowed_without_an_entry_and_the_status_shows_what_is_allowed()
    {
        var directory = Directory.CreateTempSubdirectory("loadshaper-fallback-");
        try
        {
            var path = Path.Combine(directory.FullName, LedgerMarkFile.FileName);
            var marks = () => new LedgerMarkFile(path, "this boot");
            var fallback = Active(Sys.ActorOf(Props.Create(() => new NetworkFallback(Settings, Gate, Sampling, _status.Ref, _ => _generator.Ref, null, marks))));
            var (disk, until) = BeginLedger(fallback);

            fallback.Tell(new TrafficGenerator.AllowanceLow(Traffic.To(isPrivate: true, 12_000_000)));

            Assert.True(_generator.ExpectMsg<TrafficGenerator.Allow>().Until.Total > until.Total);
            _payload = 12_000_000;
            Tell(fallback);
            Assert.Equal(12_000_000, LastStatus().Ledger!.Sent.Total.Bytes);
            Assert.True(LastStatus().Ledger!.Reserved.Total.Bytes < disk.Reserved.Total.Bytes / 2);
            _events.ExpectNoMsg(TimeSpan.Zero);

            Watch(fallback);
            Sys.Stop(fallback);
            ExpectTerminated(fallback);
            var mark = Assert.Single(new LedgerMarkFile(path, "this boot").Read());
            Assert.True(mark.IsOf(disk));
            Assert.InRange(mark.Used.Total.Bytes, 12_000_000, disk.Reserved.Total.Bytes - 1);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_budget_that_is_used_ends_the_traffic()
    {
        var settings = Settings with { Budget = new BudgetSettings { Monthly = ByteSize.FromBytes(10_000_000) } };
        var fallback = Active(Create(settings));
        fallback.Tell(LedgerState.Start);
        Tell(fallback);
        var first = _events.ExpectMsg<TrafficReserved>();
        Assert.Equal(10_000_000, first.Reserved.Total.Bytes);
        var disk = LedgerState.Start.Apply(first);
        fallback.Tell(disk);
        fallback.Tell(new TrafficGenerator.AllowanceLow(Traffic.To(isPrivate: true, 9_990_000)));
        disk = disk.Apply(_events.ExpectMsg<TrafficReserved>());
        disk = disk.Apply(_events.ExpectMsg<BudgetLevelChanged>());
        Assert.Equal(BudgetLevel.Reached, disk.Level);
        fallback.Tell(disk);

        (_payload, _packets) = (9_990_000, 0);
        _generator.ExpectMsg<TrafficGenerator.SetRate>();
        _generator.ExpectMsg<TrafficGenerator.Allow>();
        _generator.ExpectMsg<TrafficGenerator.Allow>();
        Tell(fallback, sent: 0);

        Assert.Equal(FallbackEnd.BudgetReached, _events.ExpectMsg<FallbackDeactivated>().Cause);
        _generator.ExpectMsg<TrafficGenerator.Rest>();
    }

    [Fact]
    public void Stopped_in_order_it_settles_what_was_sent()
    {
        var fallback = Active(Create(Settings));
        fallback.Tell(LedgerState.Start);
        Tell(fallback);
        fallback.Tell(LedgerState.Start.Apply(_events.ExpectMsg<TrafficReserved>()));
        _generator.ExpectMsg<TrafficGenerator.SetRate>();
        _generator.ExpectMsg<TrafficGenerator.Allow>();
        Watch(fallback);

        fallback.Tell(NetworkFallback.StopTraffic.Instance);

        _generator.ExpectMsg<TrafficGenerator.Rest>();
        Assert.Null(_generator.ExpectMsg<TrafficGenerator.Account>().For);
        _generator.Reply(new TrafficGenerator.Accounted(null, 5000, 5, [], Traffic.To(isPrivate: true, 5210)));
        var last = _events.ExpectMsg<TrafficReserved>();
        Assert.Equal((5210, Traffic.None), (last.Sent.Total.Bytes, last.Reserved));
        ExpectTerminated(fallback);
    }

    [Fact]
    public void Stopped_in_order_it_settles_what_the_receiver_answered()
    {
        var receiver = CreateTestProbe("receiver");
        var fallback = Sys.ActorOf(Props.Create(() => new NetworkFallback(Settings, Gate, Sampling, _status.Ref, _ => _generator.Ref, _ => receiver.Ref)));
        fallback.Tell(LedgerState.Start);
        fallback.Tell(Input(), _events);
        AnswerReceiver(100);
        Answer();
        fallback.Tell(LedgerState.Start.Apply(_events.ExpectMsg<TrafficReserved>()));
        _generator.ExpectMsg<TrafficGenerator.Allow>();

        fallback.Tell(NetworkFallback.StopTraffic.Instance);

        AnswerReceiver(700);
        _generator.ExpectMsg<TrafficGenerator.Rest>();
        Assert.Null(_generator.ExpectMsg<TrafficGenerator.Account>().For);
        _generator.Reply(new TrafficGenerator.Accounted(null, 0, 0, []));
        Assert.Equal(700, _events.ExpectMsg<TrafficReserved>().Sent.Total.Bytes);

        void AnswerReceiver(long bytes)
        {
            var account = receiver.ExpectMsg<TrafficReceiver.Account>();
            receiver.Reply(new TrafficReceiver.Accounted(account.For, new ReceiverStatus(
                "*:1", null, ByteSize.Zero, 0, Traffic.To(isPrivate: true, bytes), [], new Dictionary<HelloRefusal, long>())));
        }
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
        _generator.Reply(new TrafficGenerator.Accounted(
            account.For, _payload, _packets, [], Traffic.To(isPrivate: true, _payload + 42 * _packets), Destinations: _destinations));
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
