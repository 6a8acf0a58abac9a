using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LoadShaper.LoadTest.Cluster.Coordination;
using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Cluster.Protocol;
using LoadShaper.LoadTest.Cluster.Tests.Nodes;
using LoadShaper.LoadTest.Cluster.Timing;
using LoadShaper.LoadTest.Cluster.Work;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Work;

/// <summary>Lease and runs of a worker in virtual time; a probe is the coordinator.</summary>
public sealed class WorkerActorTests : TestKit
{
    private const string VirtualTime = """akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """;
    private const long Session = 42;

    private readonly TaskCompletionSource<WorkerOutcome> _ended = new();
    private readonly FakeEngine _engine = new();
    private readonly TestProbe _coordinator;
    private readonly IActorRef _worker;
    private long _now = 1;

    public WorkerActorTests()
        : base(VirtualTime)
    {
        _coordinator = CreateTestProbe();
        var probe = _coordinator.Ref;
        Sys.ActorOf(Props.Create(() => new Relay(probe)), CoordinatorActor.Name);
        var settings = new WorkerSettings(
            new WorkerIntroduction(1, "1.0", "w1", 2), ((ExtendedActorSystem)Sys).Provider.RootPath.Address, _engine, new ContentCache(1 << 20),
            _ => { }, () => Volatile.Read(ref _now), _ended);
        _worker = Sys.ActorOf(Props.Create(() => new WorkerActor(settings)), WorkerActor.Name);
    }

    [Fact]
    public async Task Without_a_renewal_it_ends_after_the_lease()
    {
        Join();

        Advance(Lease.RunLength - TimeSpan.FromMilliseconds(1));
        _worker.Tell(new LeaseRenewal(Session, 5_000), _coordinator);
        _coordinator.ExpectMsg<Alive>();
        Advance(Lease.RunLength - TimeSpan.FromMilliseconds(1));
        Assert.False(_ended.Task.IsCompleted);
        Advance(TimeSpan.FromMilliseconds(2));

        var outcome = await _ended.Task;
        Assert.Equal((LoadExitCode.WorkersLost, true), (outcome.ExitCode, outcome.Retry));
        Assert.Contains("was lost: nothing was received from it for 5 s", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_answer_it_says_what_to_check()
    {
        _coordinator.ExpectMsg<Hello>();

        Advance(Lease.RunLength);

        var outcome = await _ended.Task;
        Assert.False(outcome.Admitted);
        Assert.Contains("accepts connections, but did not answer as a coordinator", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_was_frozen_says_so()
    {
        Join();

        Interlocked.Add(ref _now, (long)TimeSpan.FromSeconds(7).TotalNanoseconds);
        _worker.Tell(new LeaseRenewal(Session, 5_000), _coordinator);

        Assert.Equal("The lease of this worker ended: this process did not run for about 7 s", (await _ended.Task).Reason);
    }

    [Fact]
    public async Task A_renewal_that_waited_while_the_process_was_frozen_is_not_one()
    {
        Join();

        Interlocked.Add(ref _now, (long)Lease.RunLength.TotalNanoseconds); // Frozen: its timers did not run.
        _worker.Tell(new LeaseRenewal(Session, 5_000), _coordinator);

        Assert.Equal(LoadExitCode.WorkersLost, (await _ended.Task).ExitCode);
    }

    [Fact]
    public async Task A_renewal_of_another_session_is_none()
    {
        Join();

        Advance(TimeSpan.FromSeconds(3));
        _worker.Tell(new LeaseRenewal(Session + 1, 5_000), _coordinator);
        Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(LoadExitCode.WorkersLost, (await _ended.Task).ExitCode);
    }

    [Theory]
    [InlineData(true, LoadExitCode.WorkersLost)]
    [InlineData(false, LoadExitCode.Ok)]
    public async Task A_release_ends_it(bool lost, int exitCode)
    {
        Join();

        _worker.Tell(new Release(Session, lost, "because"), _coordinator);

        var outcome = await _ended.Task;
        Assert.Equal((exitCode, "because"), (outcome.ExitCode, outcome.Reason));
        _coordinator.ExpectMsg<Leaving>();
    }

    [Theory]
    [InlineData(RefusalKind.Version, false)]
    [InlineData(RefusalKind.Full, true)]
    [InlineData(RefusalKind.Name, true)]
    public async Task A_refusal_ends_it(RefusalKind kind, bool retry)
    {
        _coordinator.ExpectMsg<Hello>();

        _worker.Tell(new Refused(kind, "because"), _coordinator);

        var outcome = await _ended.Task;
        Assert.Equal((LoadExitCode.Failure, retry), (outcome.ExitCode, outcome.Retry));
    }

    [Fact]
    public async Task A_run_is_fetched_opened_timed_started_and_reported_until_it_is_confirmed()
    {
        Join();
        Offer(1);
        Assert.Equal(1, _coordinator.ExpectMsg<RunReady>().Run);

        Volatile.Write(ref _now, 777);
        _worker.Tell(new Ping(1, 0, 5), _coordinator);
        Assert.Equal(new Pong(1, 0, 5, 777), _coordinator.ExpectMsg<Pong>());

        _worker.Tell(new RunStart(1, 0, new SchedulePartition(1, 2), 123, TimeSpan.Zero), _coordinator);
        var assignment = await _engine.Started.Task;
        Assert.Equal((new SchedulePartition(1, 2), 123L), (assignment.Part, assignment.StartAt));
        Assert.Equal(["example.org"], assignment.AllowedTargets);

        _engine.Report(Report(0, WorkerReportKind.Delta));
        Assert.Equal(0, _coordinator.ExpectMsg<ReportPart>().Report);
        _engine.Report(Report(1, WorkerReportKind.Final));
        var final = _coordinator.ExpectMsg<ReportPart>();
        Assert.Equal(WorkerReportKind.Final, WorkerReportCodec.Decode(final.Bytes).Kind);
        _engine.Ended.SetResult();

        Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _coordinator.ExpectMsg<ReportPart>().Report);
        _worker.Tell(new ReportReceived(1, 0, 1), _coordinator);
        _worker.Tell(new LeaseRenewal(Session, 5_000), _coordinator);
        _coordinator.ExpectMsg<Alive>();
        Advance(TimeSpan.FromSeconds(2));
        _coordinator.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Content_that_it_has_is_not_asked_for_again()
    {
        Join();
        Offer(1);
        _coordinator.ExpectMsg<RunReady>();

        _worker.Tell(OfferOf(2), _coordinator);

        Assert.Equal(2, _coordinator.ExpectMsg<RunReady>().Run);
    }

    [Fact]
    public void Lost_requests_and_answers_are_sent_again_when_the_run_is_offered_again()
    {
        Join();
        _worker.Tell(OfferOf(1), _coordinator);
        var request = _coordinator.ExpectMsg<ContentRequest>();
        _worker.Tell(OfferOf(1), _coordinator); // The request arrived just now.
        _worker.Tell(OfferOf(1), _coordinator);
        Assert.Equal(request, _coordinator.ExpectMsg<ContentRequest>());
        _worker.Tell(new Content(1, request.Sha256, 0, Package()), _coordinator);
        _worker.Tell(new Content(1, request.Sha256, 0, Package()), _coordinator);
        _coordinator.ExpectMsg<RunReady>();

        _worker.Tell(OfferOf(1), _coordinator);

        Assert.Equal(1, _coordinator.ExpectMsg<RunReady>().Run);
        _coordinator.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_stop_is_answered_whether_or_not_the_start_arrived()
    {
        Join();
        _worker.Tell(new RunStop(1, "enough"), _coordinator);
        Assert.Equal(1, _coordinator.ExpectMsg<RunRefused>().Run);
        Offer(2);
        _coordinator.ExpectMsg<RunReady>();
        _worker.Tell(new RunStop(2, "enough"), _coordinator);
        Assert.Equal(2, _coordinator.ExpectMsg<RunRefused>().Run);
        _worker.Tell(OfferOf(3), _coordinator);
        _coordinator.ExpectMsg<RunReady>();
        var start = new RunStart(3, 0, SchedulePartition.Whole, 123, TimeSpan.Zero);
        _worker.Tell(start, _coordinator);
        _worker.Tell(start, _coordinator);
        await _engine.Started.Task;

        _worker.Tell(new RunStop(3, "enough"), _coordinator);
        _worker.Tell(new RunStop(3, "enough"), _coordinator);

        await _engine.Ended.Task;
        _coordinator.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Damaged_content_refuses_the_run()
    {
        Join();
        var package = Package();
        _worker.Tell(OfferOf(1), _coordinator);
        var request = _coordinator.ExpectMsg<ContentRequest>();
        package[^1] ^= 1;

        _worker.Tell(new Content(1, request.Sha256, 0, package), _coordinator);

        Assert.Contains("its hash differs", _coordinator.ExpectMsg<RunRefused>().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_of_the_engine_is_reported_and_ends_the_worker()
    {
        Join();
        Offer(1);
        _coordinator.ExpectMsg<RunReady>();
        _worker.Tell(new RunStart(1, 0, SchedulePartition.Whole, 123, TimeSpan.Zero), _coordinator);
        await _engine.Started.Task;

        _engine.Ended.SetException(new IOException("no epoll"));

        Assert.Equal("its engine failed: no epoll", _coordinator.ExpectMsg<Leaving>().Reason);
        _worker.Tell(new Release(Session, true, "lost"), _coordinator);
        Assert.Equal(LoadExitCode.Failure, (await _ended.Task).ExitCode);
    }

    [Fact]
    public async Task The_engine_may_send_as_long_as_the_lease_lasts()
    {
        Join();
        Offer(1);
        _coordinator.ExpectMsg<RunReady>();
        _worker.Tell(new RunStart(1, 0, SchedulePartition.Whole, 123, TimeSpan.Zero), _coordinator);
        var limit = (await _engine.Started.Task).SendLimit!;
        Assert.Equal(1 + (long)Lease.RunLength.TotalNanoseconds, limit.Nanoseconds);

        Advance(TimeSpan.FromSeconds(2));
        _worker.Tell(new LeaseRenewal(Session, 5_000), _coordinator);
        _coordinator.ExpectMsg<Alive>();
        Assert.Equal(1 + 7_000_000_000, limit.Nanoseconds);

        // Frozen: a renewal that is received after the end does not extend it.
        Interlocked.Add(ref _now, 6_000_000_000);
        _worker.Tell(new LeaseRenewal(Session, 5_000), _coordinator);
        await _ended.Task;
        Assert.Equal(1 + 7_000_000_000, limit.Nanoseconds);
    }

    private void Join()
    {
        Assert.Equal("w1", _coordinator.ExpectMsg<Hello>().Worker.Name);
        _worker.Tell(new WorkerAdmitted(Session), _coordinator);
        _worker.Tell(new LeaseRenewal(Session, 5_000), _coordinator);
        _coordinator.ExpectMsg<Alive>();
    }

    private void Offer(long run)
    {
        _worker.Tell(OfferOf(run), _coordinator);
        var request = _coordinator.ExpectMsg<ContentRequest>();
        Assert.Equal((run, 0L), (request.Run, request.Offset));
        _worker.Tell(new Content(run, request.Sha256, 0, Package()), _coordinator);
    }

    private static RunOffer OfferOf(long run)
    {
        var package = Package();
        return new RunOffer(Session, run, ScenarioPackage.HashOf(package), package.Length, ["example.org"]);
    }

    private static byte[] Package() => ScenarioPackage.Of(
        ScenarioLoader.FromText("s.yaml", "target: http://127.0.0.1:9\nload: {rps: 50, for: 1s}\nsteps: [{get: /}]\n", new ScenarioOverrides(), new Dictionary<string, string>(), "/"),
        "/", new Dictionary<string, string>()).Encode();

    private static WorkerReport Report(long sequence, WorkerReportKind kind) => new()
    {
        Sequence = sequence,
        Kind = kind,
        Elapsed = TimeSpan.FromSeconds(1),
        Total = new SeriesReport { Name = "all", Counts = default, Cumulative = Latencies(kind) },
        Series = [new SeriesReport { Name = "GET /", Counts = default, Cumulative = Latencies(kind) }],
        Health = new GeneratorHealth
        {
            Lag = new LatencyHistogram(), Threads = [], Cpu = 0, ResidentBytesAtStart = 0, ResidentBytesPeak = 0, ResidentBytes = 0, Engine = "fake",
        },
        End = kind == WorkerReportKind.Final ? new WorkerEnd(RunEnd.Finished, null, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1)) : null,
    };

    private static SeriesLatencies? Latencies(WorkerReportKind kind) =>
        kind == WorkerReportKind.Delta ? null : new SeriesLatencies(HistogramData.Empty, HistogramData.Empty, HistogramData.Empty);

    private void Advance(TimeSpan time)
    {
        // What was sent before has been handled.
        _worker.Ask<ActorIdentity>(new Identify(1)).Wait(TimeSpan.FromSeconds(10));
        Interlocked.Add(ref _now, (long)time.TotalNanoseconds);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }

    private sealed class Relay : ReceiveActor
    {
        public Relay(IActorRef to) => ReceiveAny(to.Forward);
    }
}
