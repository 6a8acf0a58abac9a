using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Cpu;

/// <summary>Virtual time over real burning threads.</summary>
[Collection(RealThreads.Name)]
public class CpuWorkerGroupTests() : TestKit("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
{
    private static readonly int[] All = [.. LinuxThread.UsableCpus(0)];
    private static readonly SamplingSettings Settings = new() { JitterPercent = 0 };

    private readonly List<DutyCycleThread> _threads = [];
    private volatile int[] _usable = All;
    private double? _quota;

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    private IActorRef Start(SamplingSettings? settings = null)
    {
        settings ??= Settings;
        var hardware = new CpuHardware(() => _usable, () => _quota, () => new PolitenessReport(PolitenessVerdict.Polite, [], false), cpu =>
        {
            var thread = new DutyCycleThread(cpu);
            lock (_threads)
                _threads.Add(thread);
            return thread;
        });
        return Sys.ActorOf(Props.Create(() => new CpuWorkerGroup(settings, new GateSettings(), hardware, TestActor)));
    }

    private Sample Sample(double busy, double own = 0) => new(
        Scheduler.Now.ToUniversalTime(), TimeSpan.FromSeconds(5), All.Length,
        new CpuReading(Percent.Of(busy), Percent.Of(busy), Percent.Zero, Percent.Of(own), Percent.Of(own)),
        new MemoryReading(ByteSize.FromMiB(1000), default, ByteSize.FromMiB(800), default, default, default, default),
        null, new LoadReading(0, 0, 0, 0));

    private CpuWorkerGroup.SetPlan Plan(double intensity, GatePosition gate = GatePosition.Open) =>
        new(new CpuPlan(Percent.Of(intensity), Scheduler.Now.AddMinutes(10)), gate, 1);

    [Fact]
    public void At_start_it_reports_how_the_kernel_ranks_us()
    {
        Start();

        Assert.Equal(PolitenessVerdict.Polite, ExpectMsg<PolitenessReport>().Verdict);
    }

    // A health reporter that has restarted after the first report knows it from the next sample.
    [Fact]
    public void Each_sample_repeats_it() => Assert.Equal(PolitenessVerdict.Polite, Observe(Start(), Sample(10)).Politeness?.Verdict);

    // The report goes out after the sample was acted on.
    private BurnReport Observe(IActorRef group, Sample sample)
    {
        group.Tell(sample, ActorRefs.NoSender);
        return (BurnReport)FishForMessage(message => message is BurnReport);
    }

    // It answers after what it was told before.
    private void Settle(IActorRef group)
    {
        group.Tell(new Identify(null), TestActor);
        FishForMessage(message => message is ActorIdentity);
    }

    // Workers begin, and with them their threads, in their own time.
    private DutyCycleThread[] Threads()
    {
        lock (_threads)
            return [.. _threads];
    }

    private bool AllBurn() => Threads() is var threads && threads.Length == All.Length && threads.All(thread => !thread.Order.Duty.IsIdle);

    private bool AllIdle() => Threads() is var threads && threads.Length == All.Length && threads.All(thread => thread.Order.Duty.IsIdle);

    private void Pass(double seconds) => Scheduler.Advance(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Without_a_plan_nothing_is_burnt()
    {
        var report = Observe(Start(), Sample(busy: 5));

        Assert.Equal(GatePosition.Closed, report.Gate);
        Assert.Equal(Percent.Zero, report.Asked);
        Assert.Equal(All, report.Cores.Select(core => core.Cpu).Order());
    }

    [Fact]
    public void With_a_plan_the_machine_is_filled_up_and_the_threads_burn()
    {
        var group = Start();
        group.Tell(Plan(90));

        Assert.Equal(85, Observe(group, Sample(busy: 5)).Asked.Value, 6);

        Until.True(() => Threads().Any(thread => thread.Ran > TimeSpan.FromMilliseconds(20)));
    }

    [Fact]
    public void A_sample_that_closes_the_gate_stops_everything_before_anybody_decides_about_it()
    {
        var group = Start();
        group.Tell(Plan(95));
        Observe(group, Sample(busy: 5));
        Until.True(() => AllBurn());

        var report = Observe(group, Sample(busy: 90));

        Assert.Equal((GatePosition.Closed, Percent.Zero), (report.Gate, report.Asked));
        Until.True(() => AllIdle());
    }

    [Fact]
    public void With_the_gate_closed_or_an_order_to_idle_it_idles_at_once()
    {
        var group = Start();
        group.Tell(Plan(50));
        Observe(group, Sample(busy: 5));
        Until.True(() => AllBurn());
        group.Tell(Plan(50, GatePosition.Closed));
        Until.True(() => AllIdle());
        group.Tell(Plan(50));
        Until.True(() => AllBurn());
        group.Tell(CpuWorkerGroup.Idle.Instance);
        Until.True(() => AllIdle());
    }

    [Fact]
    public void A_plan_that_is_not_renewed_runs_out_while_samples_go_on()
    {
        var group = Start();
        group.Tell(Plan(50));
        Observe(group, Sample(busy: 5));
        Pass(15);
        Assert.True(Observe(group, Sample(busy: 5)).Asked > Percent.Zero);
        Pass(1);

        Assert.Equal(Percent.Zero, Observe(group, Sample(busy: 5)).Asked);
    }

    [Fact]
    public void A_plan_does_not_last_longer_because_the_clock_was_set_back()
    {
        var group = Start();
        group.Tell(Plan(50));
        Observe(group, Sample(busy: 5));

        Pass(-300);

        Assert.Equal(Percent.Zero, Observe(group, Sample(busy: 5)).Asked);
    }

    [Fact]
    public void Orders_are_renewed_within_a_control_period_that_is_longer_than_they_hold()
    {
        var group = Start(Settings with { ControlPeriod = TimeSpan.FromMinutes(1) });
        group.Tell(Plan(50));
        Observe(group, Sample(busy: 5));
        Until.True(() => AllBurn());
        for (var i = 0; i < 5; i++)
        {
            Settle(group);
            var order = Threads()[0].Order;
            Pass(10);
            Until.True(() => !ReferenceEquals(order, Threads()[0].Order));
        }

        Assert.False(Threads()[0].Order.Duty.IsIdle);
    }

    [Fact]
    public void A_draw_of_the_jitter_ends_within_a_control_period_that_is_longer()
    {
        var group = Start(Settings with { JitterPercent = 10, JitterPeriod = TimeSpan.FromSeconds(1) });
        group.Tell(Plan(50));
        Observe(group, Sample(busy: 5));
        Until.True(() => AllBurn());
        for (var i = 0; i < 4; i++)
        {
            Settle(group);
            var order = Threads()[0].Order;
            Pass(1);
            Until.True(() => !ReferenceEquals(order, Threads()[0].Order));
        }
    }

    [Fact]
    public void The_sampler_is_answered_with_the_threads_that_burn()
    {
        var group = Start();
        Until.True(() =>
        {
            Observe(group, Sample(busy: 5));
            group.Tell(Sample(busy: 5), TestActor);
            var threads = FishForMessage<BurningThreads>(_ => true);
            FishForMessage(message => message is BurnReport);
            return threads.Ids.Order().SequenceEqual(Threads().Select(thread => thread.ThreadId).Order()) && threads.Ids.Count == All.Length;
        });
    }

    [Fact]
    public void The_sampler_learns_of_a_new_thread_without_another_sample()
    {
        var group = Start();
        group.Tell(Sample(busy: 5), TestActor);
        BurningThreads? heard = null;
        Until.True(() =>
        {
            group.Tell(Plan(50));
            while (ReceiveOne(TimeSpan.Zero) is { } message)
                heard = message as BurningThreads ?? heard;
            return heard?.Ids.Count == All.Length;
        });
    }

    [Fact]
    public void CPUs_that_go_take_their_worker_along_and_CPUs_that_come_get_one()
    {
        var group = Start();
        group.Tell(Plan(50));
        _usable = [All[0]];
        Assert.Equal([All[0]], Observe(group, Sample(busy: 5)).Cores.Select(core => core.Cpu));
        Until.True(() => Threads().Count(thread => thread.ThreadId == 0 || thread.Ran is not null) <= 1);
        _usable = All;

        Assert.Equal(All, Observe(group, Sample(busy: 5)).Cores.Select(core => core.Cpu).Order());
    }

    [Fact]
    public void A_limit_of_the_control_group_is_respected()
    {
        _quota = 0.5;
        var group = Start();
        group.Tell(Plan(90));

        Assert.Equal(100 * 0.45 / All.Length, Observe(group, Sample(busy: 0)).Asked.Value, 6);
    }

    [Fact]
    public void A_thread_that_cannot_be_stopped_is_reported_to_the_top_which_ends_the_process()
    {
        var decider = CpuWorkerGroup.Failures.Decider;

        Assert.Equal(Directive.Escalate, decider.Decide(new BurningUnstoppableException("stuck")));
        Assert.Equal(Directive.Restart, decider.Decide(new BurningFailedException("ended", new InvalidOperationException())));
    }
}
