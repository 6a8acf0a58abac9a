using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

/// <summary>The actor under virtual time, with a holder that does at once what the test lets it do.</summary>
public sealed class MemoryOccupierTests : TestKit
{
    private const string VirtualTime = """akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """;

    private static readonly MemorySettings Settings = new() { Target = Percent.Of(30), Step = MiB(200) };

    private readonly List<FakeHolder> _holders = [];
    private readonly TestProbe _events;
    private readonly TestProbe _status;
    private readonly IActorRef _occupier;
    private DateTimeOffset _at = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);
    private ByteSize _foreign = MiB(1000);
    private bool _processStarts = true;
    private long _oomKills;

    public MemoryOccupierTests()
        : base(VirtualTime)
    {
        _events = CreateTestProbe();
        _status = CreateTestProbe();
        var machine = new MemoryMachine(Start, (report, ended) => Add(null, report, ended), _ => null, () => _oomKills);
        _occupier = Sys.ActorOf(Props.Create(() => new Restarter(Settings, machine, _status.Ref)));
        IsLever(true);
    }

    private FakeHolder Holder => _holders[^1];

    private TestScheduler Time => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void It_starts_a_holder_and_grows_to_the_target_step_by_step()
    {
        var first = Sample();
        Assert.Equal((MemoryPhase.Growing, MemoryHolder.Process), (first.Phase, first.Holder));
        Assert.IsType<HolderOrder.Settings>(Holder.Orders[0]);
        Assert.Equal(new HolderOrder.Hold(MiB(200), 0), Holder.Orders[1]);

        var last = Samples(20);
        Assert.Equal((MemoryPhase.Holding, MiB(2000), MiB(2000)), (last.Phase, last.Held, last.Resident));
        Assert.Single(_holders);
        _events.ExpectMsg<MemoryGrowthStarted>();
        _events.ExpectMsg<MemoryTargetReached>();
    }

    [Fact]
    public void Until_memory_becomes_the_lever_no_holder_is_started()
    {
        IsLever(false);

        var status = Samples(3);
        Assert.Equal((MemoryPhase.Off, MemoryHolder.None), (status.Phase, status.Holder));
        Assert.Empty(_holders);
    }

    [Fact]
    public void When_memory_is_no_longer_the_lever_the_holder_ends()
    {
        Samples(20);
        IsLever(false);

        var status = Sample();
        Assert.True(Holder.Disposed);
        Assert.Equal((MemoryHolder.None, ByteSize.Zero), (status.Holder, status.Held));
    }

    [Fact]
    public void A_step_that_is_still_being_taken_is_waited_for()
    {
        Sample();
        Holder.Obeys = false;
        Samples(5);
        Assert.Equal(3, Holder.Orders.Count);

        Holder.Obeys = true;
        Holder.Obey(Holder.Orders[^1]);
        Samples(1);
        Assert.Equal(4, Holder.Orders.Count);
    }

    [Fact]
    public void What_the_holder_gave_back_of_itself_is_an_event_and_stays_back_for_the_back_off()
    {
        Samples(20);
        Holder.Lose(MemoryReleaseCause.Reserve, MiB(300));

        var status = Sample();
        Assert.Equal((MemoryPhase.BackingOff, MiB(1700)), (status.Phase, status.Held));
        Assert.Equal((MemoryReleaseCause.Reserve, MiB(300)), (status.LastRelease!.Cause, status.LastRelease.Amount));
        Assert.Equal(_at + TimeSpan.FromMinutes(1), status.NoGrowthBefore);

        Samples(11);
        Assert.Equal(MiB(1700), Holder.Held);
        Samples(5);
        Assert.Equal(MiB(2000), Holder.Held);
        Assert.Equal(new HolderOrder.Hold(MiB(1900), LossesSeen: 1), Holder.Orders[^2]);
    }

    [Fact]
    public void A_holder_killed_by_the_OOM_killer_is_reported_and_not_started_again_for_the_back_off()
    {
        Samples(20);
        _oomKills++;
        EventFilter.Warning(contains: "the OOM killer killed the holder process").ExpectOne(() => Holder.End(137));

        var status = Sample();
        Assert.Equal((MemoryHolder.None, ByteSize.Zero, MemoryPhase.BackingOff), (status.Holder, status.Held, status.Phase));
        Assert.Equal((MemoryReleaseCause.HolderOutOfMemory, MiB(2000)), (status.LastRelease!.Cause, status.LastRelease.Amount));
        Assert.Equal("the OOM killer killed the holder process", status.Trouble);

        Samples(119);
        Assert.Single(_holders);
        status = Samples(20);
        Assert.Equal(2, _holders.Count);
        Assert.Equal((MiB(2000), null), (status.Held, status.Trouble));
    }

    [Fact]
    public void A_holder_killed_by_SIGKILL_is_not_said_to_be_out_of_memory_when_the_kernel_counted_no_OOM_kill()
    {
        Samples(20);
        _oomKills++;
        Samples(6);
        EventFilter.Warning(contains: "the holder process was killed by SIGKILL").ExpectOne(() => Holder.End(137));

        Assert.Equal((MemoryReleaseCause.HolderKilled, MiB(2000)), (Sample().LastRelease!.Cause, Sample().LastRelease!.Amount));
    }

    [Fact]
    public void A_holder_that_does_not_report_for_two_seconds_is_killed_reported_at_once_and_started_again()
    {
        Samples(20);
        Pass(10);
        Assert.False(Holder.Disposed);

        // Stopped by SIGSTOP.
        Holder.Reports = false;
        Time.Advance(TimeSpan.FromSeconds(1));
        Settle();
        Assert.False(Holder.Disposed);
        EventFilter.Warning(contains: "the holder process did not report for 2 s and was killed").ExpectOne(() => Time.Advance(TimeSpan.FromSeconds(1)));
        Settle();
        Assert.Equal((true, true), (Holder.Disposed, Holder.Killed));
        var status = LastStatus();
        Assert.Equal(("the holder process did not report for 2 s and was killed", MemoryHolder.None), (status.Trouble, status.Holder));

        status = Sample();
        Assert.Equal((MemoryReleaseCause.HolderFailed, MiB(2000)), (status.LastRelease!.Cause, status.LastRelease.Amount));
        Samples(15);
        Assert.Equal((2, MiB(2000)), (_holders.Count, Holder.Held));
    }

    [Fact]
    public void What_a_killed_holder_has_is_held_until_it_has_ended_and_no_other_is_started_before()
    {
        Samples(20);
        Holder.EndsAtOnce = false;
        Holder.Reports = false;
        Time.Advance(TimeSpan.FromSeconds(1));
        Settle();
        Time.Advance(TimeSpan.FromSeconds(1));
        Settle();

        var status = Samples(10);
        Assert.Equal((MiB(2000), MemoryHolder.Process), (status.Held, status.Holder));
        Assert.Null(status.LastRelease);
        Assert.Single(_holders);

        Holder.Stopped();
        Settle();
        Assert.Equal((ByteSize.Zero, MiB(2000)), (LastStatus().Held, Sample().LastRelease!.Amount));
    }

    [Fact]
    public void The_order_to_release_and_its_fulfilment_are_two_events()
    {
        Samples(20);
        _events.ExpectMsg<MemoryGrowthStarted>();
        _events.ExpectMsg<MemoryTargetReached>();
        Holder.Obeys = false;
        _foreign = MiB(7_700);
        Assert.Null(Sample().LastRelease);
        var ordered = _events.ExpectMsg<MemoryReleaseOrdered>();
        Assert.Equal((MemoryReleaseCause.Reserve, MiB(412)), (ordered.Cause, ordered.Amount));

        Holder.Obey(Holder.Orders[^1]);
        Settle();
        var released = _events.ExpectMsg<MemoryReleased>();
        Assert.Equal((ordered.Cause, ordered.Amount, ordered.NoGrowthBefore), (released.Cause, released.Amount, released.NoGrowthBefore));
        Assert.Equal(released, LastStatus().LastRelease);
    }

    [Fact]
    public void Stopped_by_its_supervisor_it_ends_when_everything_is_released()
    {
        Samples(20);
        Holder.EndsAtOnce = false;
        var occupier = Child();
        Watch(occupier);
        occupier.Tell(MemoryOccupier.Stop.Instance);
        Settle();
        Assert.True(Holder.Disposed);
        Assert.False(Holder.Killed);

        Holder.Stopped();
        ExpectTerminated(occupier);
        _events.FishForMessage<MemoryReleased>(released => released.Amount == MiB(2000));
    }

    [Fact]
    public void A_holder_that_ends_otherwise_is_started_again_after_ten_seconds()
    {
        Samples(20);
        Holder.End(134);

        Assert.Equal(MemoryReleaseCause.HolderFailed, Sample().LastRelease!.Cause);
        Samples(1);
        Assert.Single(_holders);
        Samples(12);
        Assert.Equal((2, MiB(2000)), (_holders.Count, Holder.Held));
    }

    [Fact]
    public void Where_no_process_can_be_started_the_daemon_holds_the_memory_and_says_so()
    {
        _processStarts = false;
        EventFilter.Warning(contains: "Holding memory in the daemon").ExpectOne(() => Sample());

        var status = Samples(20);
        Assert.Equal((MemoryHolder.Daemon, MiB(2000)), (status.Holder, status.Held));
        Assert.Null(status.HolderPid);
        Assert.Contains("no such program", status.Trouble);
    }

    [Fact]
    public void A_process_that_ends_three_times_before_it_is_ready_is_given_up_for_the_daemon()
    {
        for (var i = 0; i < 3; i++)
        {
            EndsAtOnce = true;
            var before = _holders.Count;
            AwaitAssert(() =>
            {
                Sample();
                Assert.Equal(before + 1, _holders.Count);
            });
        }

        EndsAtOnce = false;
        AwaitAssert(() => Assert.Equal(MemoryHolder.Daemon, Sample().Holder));
    }

    [Fact]
    public void A_holder_that_does_not_give_back_is_ended_after_five_seconds()
    {
        Samples(20);
        Holder.Obeys = false;
        _foreign = MiB(7_700);
        Sample();
        Pass(4);
        Sample();
        Assert.False(Holder.Disposed);

        EventFilter.Warning(contains: "the holder process did not release memory within 5 s and was killed").ExpectOne(() => Pass(1));
        Assert.True(Holder.Disposed);
        var status = Sample();
        Assert.Equal((MemoryReleaseCause.HolderFailed, MiB(2000)), (status.LastRelease!.Cause, status.LastRelease.Amount));
        Assert.Equal((MemoryHolder.None, MemoryPhase.BackingOff), (status.Holder, status.Phase));
        Assert.Equal("the holder process did not release memory within 5 s and was killed", status.Trouble);
    }

    [Fact]
    public void A_holder_that_gives_back_in_time_stays()
    {
        Samples(20);
        _foreign = MiB(7_700);
        Sample();

        Pass(6);
        Assert.False(Holder.Disposed);
        Assert.Equal(MemoryHolder.Process, Sample().Holder);
    }

    [Fact]
    public void A_holder_that_does_not_get_ready_is_ended_and_after_three_of_them_the_daemon_holds()
    {
        GetsReady = false;
        for (var i = 1; i <= 3; i++)
        {
            AwaitAssert(() =>
            {
                Sample();
                Assert.Equal(i, _holders.Count);
            });
            EventFilter.Warning(contains: "Memory holder failed: the holder process was not ready within 30 s and was killed").ExpectOne(() => Time.Advance(TimeSpan.FromSeconds(30)));
        }

        AwaitAssert(() => Assert.Equal(MemoryHolder.Daemon, Sample().Holder));
    }

    [Fact]
    public void A_trouble_that_is_over_is_no_longer_reported()
    {
        Sample();
        Holder.Obeys = false;
        Sample();
        Holder.Fault("mmap of 209715200 bytes: Cannot allocate memory");
        Assert.NotNull(Sample().Trouble);

        Holder.Obeys = true;
        var status = Samples(30);
        Assert.Equal((MemoryPhase.Holding, MiB(2000), null), (status.Phase, status.Held, status.Trouble));
    }

    [Fact]
    public void A_trouble_ends_with_the_lever_too()
    {
        Samples(20);
        Holder.End(137);
        Assert.NotNull(Sample().Trouble);

        IsLever(false);
        Assert.Null(Sample().Trouble);
    }

    [Fact]
    public void A_fault_of_the_holder_ends_growth_for_the_back_off()
    {
        Sample();
        Holder.Obeys = false;
        Sample();
        Holder.Fault("mmap of 209715200 bytes: Cannot allocate memory");

        var status = Sample();
        Assert.Equal((MemoryPhase.BackingOff, MiB(200)), (status.Phase, status.Held));
        Assert.Contains("Cannot allocate memory", status.Trouble);
    }

    [Fact]
    public void Stopped_it_gives_all_back()
    {
        Samples(20);
        Watch(_occupier);
        _occupier.Tell(PoisonPill.Instance);

        ExpectTerminated(_occupier);
        Assert.True(Holder.Disposed);
    }

    [Fact]
    public void Restarted_it_releases_all_and_starts_again_when_ordered()
    {
        Samples(20);
        EventFilter.Exception<ActorKilledException>().ExpectOne(() => _occupier.Tell(Restarter.Fail.Instance));

        Assert.Equal(MemoryHolder.None, Sample().Holder);
        Assert.True(Holder.Disposed);
        IsLever(true);
        Samples(20);
        Assert.Equal((2, MiB(2000)), (_holders.Count, Holder.Held));
    }

    [Fact]
    public void Reports_of_a_holder_that_is_gone_are_ignored()
    {
        Samples(20);
        var first = Holder;
        first.End(134);
        Samples(20);

        first.Lose(MemoryReleaseCause.Reserve, MiB(100));
        Assert.Equal((MemoryPhase.Holding, MiB(2000)), (Sample().Phase, Holder.Held));
    }

    [Fact]
    public void When_samples_cease_all_goes_back_after_half_a_minute_and_two_periods()
    {
        Samples(20);

        Time.Advance(TimeSpan.FromSeconds(40));
        var ordered = _events.FishForMessage<MemoryReleaseOrdered>(_ => true);
        Assert.Equal((MemoryReleaseCause.ReadingMissing, _at + TimeSpan.FromSeconds(40)), (ordered.Cause, ordered.At));
        var status = _status.FishForMessage<MemoryStatus>(s => s.LastRelease is not null);
        Assert.Equal((MemoryReleaseCause.ReadingMissing, MiB(2000)), (status.LastRelease!.Cause, status.LastRelease.Amount));
        Assert.Equal(ByteSize.Zero, Holder.Held);
    }

    [Fact]
    public void A_busy_machine_is_not_grown_into()
    {
        var status = Sample(foreignCpu: 95);
        Assert.Equal(MemoryPhase.Off, status.Phase);
        Assert.Empty(_holders);
    }

    private bool EndsAtOnce { get; set; }

    private bool GetsReady { get; set; } = true;

    private static ByteSize MiB(double mib) => ByteSize.FromMiB(mib);

    private MemoryStatus Samples(int count)
    {
        for (var i = 1; i < count; i++)
            Sample();
        return Sample();
    }

    private void IsLever(bool memory) => _occupier.Tell(new Levers(Cpu: true, memory), _events);

    /// <summary>Returns when the occupier has handled everything it received before.</summary>
    private void Settle()
    {
        var probe = CreateTestProbe();
        _occupier.Tell(Restarter.Find.Instance, probe);
        probe.ExpectMsg<ActorIdentity>();
    }

    private IActorRef Child()
    {
        var probe = CreateTestProbe();
        _occupier.Tell(Restarter.Find.Instance, probe);
        return probe.ExpectMsg<ActorIdentity>().Subject;
    }

    /// <summary>Time with a holder that reports as often as it should.</summary>
    private void Pass(int seconds)
    {
        for (var i = 0; i < 2 * seconds; i++)
        {
            Holder.Report();
            Settle();
            Time.Advance(TimeSpan.FromSeconds(0.5));
            Settle();
        }
    }

    /// <summary>The newest status that is there.</summary>
    private MemoryStatus LastStatus()
    {
        var last = _status.ExpectMsg<MemoryStatus>();
        while (_status.HasMessages)
            last = _status.ExpectMsg<MemoryStatus>();
        return last;
    }

    /// <summary>The status once the holder has done what it was ordered to.</summary>
    private MemoryStatus Sample(double foreignCpu = 5)
    {
        _at += TimeSpan.FromSeconds(5);
        var used = _foreign + (_holders.Count > 0 ? Holder.Held : ByteSize.Zero);
        var free = MiB(10_000) - used;
        _occupier.Tell(new Sample(
            _at,
            TimeSpan.FromSeconds(5),
            CpuCount: 2,
            new CpuReading(Percent.Of(foreignCpu), Percent.Of(foreignCpu), Percent.Zero, Percent.Zero, Percent.Zero),
            new MemoryReading(MiB(10_000), free, free, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero),
            Network: null,
            new LoadReading(0.1, 0.1, 0.1, 0.1)));
        var status = _status.FishForMessage<MemoryStatus>(s => s.At == _at);
        Settle();
        while (_status.HasMessages)
            status = _status.ExpectMsg<MemoryStatus>();
        return status;
    }

    private IHolder Start(Action<HolderReport> report, Action<HolderEnd> ended) =>
        _processStarts ? Add(4711, report, ended) : throw new HolderStartException("no such program");

    private FakeHolder Add(int? pid, Action<HolderReport> report, Action<HolderEnd> ended)
    {
        var holder = new FakeHolder(pid, report, ended);
        _holders.Add(holder);
        if (EndsAtOnce && pid is not null)
            holder.End(1);
        else if (GetsReady || pid is null)
            report(new HolderReport.Ready(Huge: true));
        return holder;
    }

    private sealed class FakeHolder(int? pid, Action<HolderReport> report, Action<HolderEnd> ended) : IHolder
    {
        private int _losses;

        public int? Pid => pid;

        internal List<HolderOrder> Orders { get; } = [];

        internal ByteSize Held { get; private set; }

        internal bool Obeys { get; set; } = true;

        internal bool Reports { get; set; } = true;

        internal bool EndsAtOnce { get; set; } = true;

        internal bool Disposed { get; private set; }

        internal bool Killed { get; private set; }

        private readonly TaskCompletionSource _stopped = new();

        public void Order(HolderOrder order)
        {
            Orders.Add(order);
            if (Obeys)
                Obey(order);
        }

        internal void Obey(HolderOrder order)
        {
            if (order is not HolderOrder.Hold hold || hold.LossesSeen != _losses)
                return;
            Held = hold.Size;
            report(new HolderReport.Holding(Held, Held));
        }

        internal void Lose(MemoryReleaseCause cause, ByteSize amount)
        {
            Held -= amount;
            report(new HolderReport.Lost(cause, amount, Held, ++_losses));
        }

        internal void Fault(string why) => report(new HolderReport.Fault(why));

        internal void End(int exitCode)
        {
            Held = ByteSize.Zero;
            ended(new HolderEnd(exitCode));
        }

        internal void Report()
        {
            if (Reports && !Disposed)
                report(new HolderReport.Holding(Held, Held));
        }

        public Task StopAsync(bool kill)
        {
            (Disposed, Killed) = (true, Killed || kill);
            if (EndsAtOnce)
                Stopped();
            return _stopped.Task;
        }

        internal void Stopped()
        {
            Held = ByteSize.Zero;
            _stopped.TrySetResult();
        }
    }

    /// <summary>The supervisor: restarts what fails, and lets it fail when told to.</summary>
    private sealed class Restarter : UntypedActor
    {
        internal sealed record Fail
        {
            internal static readonly Fail Instance = new();
        }

        internal sealed record Find
        {
            internal static readonly Find Instance = new();
        }

        private readonly IActorRef _occupier;

        public Restarter(MemorySettings settings, MemoryMachine machine, IActorRef status) =>
            _occupier = Context.ActorOf(Props.Create(() => new MemoryOccupier(settings, new GateSettings(), machine, status)));

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);

        protected override void OnReceive(object message)
        {
            if (message is Fail)
                _occupier.Tell(Kill.Instance);
            else if (message is Find)
                _occupier.Tell(new Identify(null), Sender);
            else
                _occupier.Forward(message);
        }
    }
}
