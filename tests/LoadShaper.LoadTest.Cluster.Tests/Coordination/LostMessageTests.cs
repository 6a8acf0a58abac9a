using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LoadShaper.LoadTest.Cluster.Coordination;
using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Cluster.Protocol;
using LoadShaper.LoadTest.Cluster.Tests.Nodes;
using LoadShaper.LoadTest.Cluster.Timing;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Tests.Engine;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Coordination;

/// <summary>A run in virtual time whose messages are lost; probes are the coordinator and the workers.</summary>
public sealed class LostMessageTests : TestKit
{
    private const string VirtualTime = """
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        load-test.merge-dispatcher.type = PinnedDispatcher
        """;

    private readonly TestProbe _coordinator;
    private readonly TaskCompletionSource<RunResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _now = 1;

    public LostMessageTests()
        : base(VirtualTime) => _coordinator = CreateTestProbe();

    [Fact]
    public async Task A_preparation_that_stalls_ends_the_run_with_the_name_of_the_worker()
    {
        var worker = CreateTestProbe();
        var run = Start(worker);
        for (var i = 0; i < 60; i++)
        {
            worker.ExpectMsg<RunOffer>();
            Advance(TimeSpan.FromSeconds(1));
        }

        worker.ExpectMsg<RunStop>();
        var result = await _result.Task;
        Assert.Equal(RunEnd.WorkersLost, result.End);
        Assert.Contains("within 60 s on w1 (10.0.0.1:4000); nothing was sent", result.StopReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_start_and_stop_are_sent_until_they_are_answered()
    {
        var worker = CreateTestProbe();
        var run = Start(worker);
        worker.ExpectMsg<RunOffer>();
        worker.Send(run, new RunReady(1));
        var lost = worker.ExpectMsg<Ping>();
        Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < ClockOffset.Pings; i++)
        {
            var ping = worker.ExpectMsg<Ping>();
            Assert.Equal(i, ping.Sequence);
            Assert.True(ping.SentAt > lost.SentAt);
            worker.Send(run, new Pong(1, ping.Sequence, ping.SentAt, 0));
            Advance(RunCoordination.LongestPause);
        }

        var start = worker.ExpectMsg<RunStart>();
        Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(start, worker.ExpectMsg<RunStart>());

        run.Tell(InterruptRun.Instance);
        worker.ExpectMsg<RunStop>();
        Advance(TimeSpan.FromSeconds(1));
        worker.ExpectMsg<RunStop>();
        worker.Send(run, new RunRefused(1, "it had no part of this run"));

        Assert.Equal(RunEnd.Interrupted, (await _result.Task).End);
    }

    [Fact]
    public void Workers_that_are_lost_together_take_over_nothing_of_each_other()
    {
        var workers = new[] { CreateTestProbe(), CreateTestProbe(), CreateTestProbe() };
        var run = Start(workers);
        foreach (var worker in workers)
        {
            worker.ExpectMsg<RunOffer>();
            worker.Send(run, new RunReady(1));
        }

        for (var i = 0; i < ClockOffset.Pings; i++)
        {
            foreach (var worker in workers)
                worker.Send(run, new Pong(1, i, worker.ExpectMsg<Ping>().SentAt, 0));
            Advance(RunCoordination.LongestPause);
        }

        foreach (var worker in workers)
            worker.ExpectMsg<RunStart>();

        run.Tell(new WorkersLost([new WorkerFailed(workers[0].Ref, "silent"), new WorkerFailed(workers[1].Ref, "silent")]));

        Assert.Equal(new SchedulePartition(0, 3), workers[2].ExpectMsg<RunStart>().Part);
        Assert.Equal(new SchedulePartition(1, 3), workers[2].ExpectMsg<RunStart>().Part);
        workers[0].ExpectNoMsg(TimeSpan.Zero);
        workers[1].ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_node_that_is_no_part_of_the_run_is_ignored()
    {
        var worker = CreateTestProbe();
        var stranger = CreateTestProbe();
        var run = Start(worker);
        worker.ExpectMsg<RunOffer>();

        stranger.Send(run, new RunReady(1));
        stranger.Send(run, new RunRefused(1, "no"));
        stranger.Send(run, new Pong(1, 0, 0, 0));
        worker.Send(run, new RunReady(1));

        worker.ExpectMsg<Ping>();
        stranger.ExpectNoMsg(TimeSpan.Zero);
        Assert.False(_result.Task.IsCompleted);
    }

    private TestActorRef<RunActor> Start(params TestProbe[] workers)
    {
        var scenario = TestScenario.Of(9, "rps: 50, for: 1s");
        var package = ScenarioPackage.Of(scenario, "/", new Dictionary<string, string>());
        var settings = new CoordinatorSettings("1.0", 42, WorkerLossPolicy.Rebalance, _ => { }, () => Volatile.Read(ref _now));
        var request = new RunRequest(scenario.Plan, new ActionObserver(), package, [], _result);
        var parts = workers.Select((w, i) => new RunWorker(w.Ref, new JoinedWorker($"w{i + 1}", $"10.0.0.{i + 1}:4000", 2))).ToList();
        return ActorOfAsTestActorRef<RunActor>(Props.Create(() => new RunActor(settings, 1, request, parts)), _coordinator);
    }

    private void Advance(TimeSpan time)
    {
        Interlocked.Add(ref _now, (long)time.TotalNanoseconds);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }
}
