using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LoadShaper.LoadTest.Cluster.Coordination;
using LoadShaper.LoadTest.Cluster.Hosting;
using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Cluster.Protocol;
using LoadShaper.LoadTest.Cluster.Tests.Nodes;
using LoadShaper.LoadTest.Cluster.Timing;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Tests.Engine;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Coordination;

/// <summary>Leases of a coordinator in virtual time; probes are the workers.</summary>
public sealed class CoordinatorActorTests : TestKit
{
    private const string VirtualTime = """akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """;
    private const long Session = 42;

    private readonly FakeMembership _membership = new();
    private readonly IActorRef _coordinator;
    private readonly List<WorkerProgress> _progress = [];
    private long _now = 1;

    public CoordinatorActorTests()
        : base(VirtualTime)
    {
        var settings = new CoordinatorSettings("1.0", Session, WorkerLossPolicy.Keep, _ => { }, () => Volatile.Read(ref _now));
        var membership = _membership;
        _coordinator = Sys.ActorOf(Props.Create(() => new CoordinatorActor(settings, membership)));
    }

    [Fact]
    public void A_worker_that_answers_keeps_its_lease()
    {
        var worker = Join("w1");

        for (var second = 0; second < 20; second++)
        {
            Advance(Lease.IdleRenewal);
            Assert.Equal(Session, worker.ExpectMsg<LeaseRenewal>().Session);
            worker.Send(_coordinator, new Alive(Session));
        }

        Assert.Equal("w1", Assert.Single(Workers()).Name);
    }

    [Fact]
    public void A_silent_worker_is_lost_after_the_lease_and_released_when_it_comes_back()
    {
        var waiting = Wait(2);
        var worker = Join("w1");
        for (var i = 0; i < 2; i++)
        {
            Advance(Lease.IdleRenewal);
            worker.ExpectMsg<LeaseRenewal>();
        }

        Assert.Single(Workers());
        Advance(Lease.IdleRenewal);
        Assert.Empty(Workers());

        var release = worker.ExpectMsg<Release>();
        Assert.True(release.Lost);
        Assert.Contains($"nothing was received from it for {Lease.IdleLength.TotalSeconds:0} s", release.Reason, StringComparison.Ordinal);
        Assert.Equal([worker.Ref.Path.Address], _membership.Downed);
        Assert.Equal((WorkerChange.Lost, 0), (_progress[^1].Change, _progress[^1].Joined));

        worker.Send(_coordinator, new RunReady(1));
        Assert.True(worker.ExpectMsg<Release>().Lost);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public void The_end_releases_workers_and_waits_for_their_confirmation()
    {
        var worker = Join("w1");
        var done = new TaskCompletionSource();

        _coordinator.Tell(new ReleaseWorkers(done));

        var release = worker.ExpectMsg<Release>();
        Assert.False(release.Lost);
        Assert.False(done.Task.IsCompleted);
        worker.Send(_coordinator, new Leaving("Released"));
        AwaitCondition(() => done.Task.IsCompletedSuccessfully);
    }

    [Fact]
    public void The_end_does_not_wait_for_a_worker_that_says_nothing()
    {
        var worker = Join("w1");
        var done = new TaskCompletionSource();

        _coordinator.Tell(new ReleaseWorkers(done));
        worker.ExpectMsg<Release>();
        Advance(TimeSpan.FromSeconds(1));

        AwaitCondition(() => done.Task.IsCompletedSuccessfully);
    }

    [Fact]
    public void Workers_above_the_number_are_dismissed()
    {
        var first = Join("w1");
        var second = Join("w2");

        var waiting = Wait(1);

        Assert.Contains("has its 1 workers", second.ExpectMsg<Release>().Reason, StringComparison.Ordinal);
        AwaitCondition(() => waiting.IsCompletedSuccessfully);
        Assert.Equal("w1", Assert.Single(Workers()).Name);
        first.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_worker_whose_process_ended_is_lost_at_once()
    {
        var waiting = Wait(3);
        Join("w1");
        Join("w2");

        _coordinator.Tell(new WorkerExited("w1", "its process ended with exit code 137"));
        _coordinator.Tell(new WorkerExited("other", "its process ended with exit code 1"));

        Assert.Equal("w2", Assert.Single(Workers()).Name);
        Assert.Equal(("w1", "its process ended with exit code 137"), (_progress[^1].Worker.Name, _progress[^1].Reason));
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public void Leases_that_end_almost_together_end_in_one_step()
    {
        Join("w1");
        Interlocked.Add(ref _now, (long)TimeSpan.FromMilliseconds(400).TotalNanoseconds);
        Join("w2");
        Interlocked.Add(ref _now, -(long)TimeSpan.FromMilliseconds(300).TotalNanoseconds);
        for (var i = 0; i < 3; i++)
            Advance(Lease.IdleRenewal);

        Assert.Empty(Workers());
    }

    [Fact]
    public void A_message_of_another_coordinator_is_not_answered()
    {
        var other = CreateTestProbe();

        other.Send(_coordinator, new Release(7, true, "because"));
        other.Send(_coordinator, new LeaseRenewal(7, 5_000));
        Workers();

        other.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_run_with_fewer_workers_than_wanted_is_not_started()
    {
        var waiting = Wait(2);
        var first = Join("w1");
        var second = Join("w2");
        await waiting;
        second.Send(_coordinator, new Leaving("it was interrupted on its machine"));
        second.ExpectMsg<Release>();

        var result = await Run();

        Assert.Equal(RunEnd.WorkersLost, result.End);
        Assert.StartsWith("1 of 2 workers take part; nothing was sent. Lost before the start: w2 (", result.StopReason, StringComparison.Ordinal);
        Assert.EndsWith(": it was interrupted on its machine", result.StopReason, StringComparison.Ordinal);
        first.ExpectNoMsg(TimeSpan.Zero);
    }

    private Task<RunResult> Run()
    {
        var scenario = TestScenario.Of(9, "rps: 50, for: 10m");
        var result = new TaskCompletionSource<RunResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _coordinator.Tell(new RunRequest(scenario.Plan, new ActionObserver(), ScenarioPackage.Of(scenario, "/", new Dictionary<string, string>()), [], result));
        return result.Task;
    }

    private TestProbe Join(string name)
    {
        var worker = CreateTestProbe();
        worker.Send(_coordinator, new Hello(new WorkerIntroduction(WorkerAdmission.Protocol, "1.0", name, 2)));
        Assert.Equal(Session, worker.ExpectMsg<WorkerAdmitted>().Session);
        return worker;
    }

    private Task<IReadOnlyList<JoinedWorker>> Wait(int count)
    {
        var done = new TaskCompletionSource<IReadOnlyList<JoinedWorker>>();
        _coordinator.Tell(new WaitForWorkers(count, _progress.Add, done));
        Workers(); // Behind it in the mailbox.
        return done.Task;
    }

    private IReadOnlyList<JoinedWorker> Workers()
    {
        var probe = CreateTestProbe();
        probe.Send(_coordinator, ListWorkers.Instance);
        return probe.ExpectMsg<IReadOnlyList<JoinedWorker>>();
    }

    private void Advance(TimeSpan time)
    {
        Workers(); // What was sent before has been handled.
        Interlocked.Add(ref _now, (long)time.TotalNanoseconds);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }

    private sealed class FakeMembership : IMembership
    {
        public List<Address> Downed { get; } = [];

        public Address SelfAddress { get; } = new("akka.tcp", "load-test", "127.0.0.1", 7946);

        public void Subscribe(IActorRef subscriber)
        {
        }

        public void Down(Address node) => Downed.Add(node);
    }
}
