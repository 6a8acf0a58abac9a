using LoadShaper.LoadTest.Cluster.Coordination;
using LoadShaper.LoadTest.Cluster.Protocol;
using LoadShaper.LoadTest.Cluster.Timing;
using LoadShaper.LoadTest.Plan;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Coordination;

public sealed class RunCoordinationTests
{
    private const long Second = 1_000_000_000;
    private const long Millisecond = 1_000_000;

    [Fact]
    public void The_run_starts_when_the_clock_of_every_worker_is_measured()
    {
        var run = new RunCoordination(5, 2, 0);
        var now = Measure(run, 0, ahead: 40 * Second, now: 0);
        Assert.Null(run.Plan);

        var orders = run.Ready(1, now);
        for (var i = 0; i < ClockOffset.Pings - 1; i++)
            (orders, now) = Answer(run, orders, -Second, now);
        (orders, now) = Answer(run, orders, -Second, now);

        Assert.Equal(now + 2 * Second, run.Plan?.At);
        var starts = orders.Select(order => (order.Worker, Start: Assert.IsType<RunStart>(order.Message))).ToList();
        Assert.Equal([0, 1], starts.Select(s => s.Worker));
        Assert.Equal([0, 1], starts.Select(s => s.Start.Assignment));
        Assert.Equal([new SchedulePartition(0, 2), new SchedulePartition(1, 2)], starts.Select(s => s.Start.Part));
        Assert.Equal([run.Plan!.At + 40 * Second, run.Plan.At - Second], starts.Select(s => s.Start.StartAt));
        Assert.All(starts, s => Assert.Equal(TimeSpan.Zero, s.Start.From));
        Assert.True(run.Owns(1, 1));
        Assert.False(run.Owns(1, 0));
        Assert.False(run.Owns(1, 2));
    }

    [Fact]
    public void An_answer_to_another_ping_is_ignored()
    {
        var run = new RunCoordination(5, 1, 0);
        var ping = (Ping)run.Ready(0, 100).Single().Message;

        Assert.Empty(run.Ready(0, 101));
        Assert.Empty(run.Answered(0, new Pong(5, 1, ping.SentAt, 0), 200));
        Assert.Empty(run.Answered(0, new Pong(5, 0, ping.SentAt + 1, 0), 200));
        Assert.Null(run.PauseOf(0));
        Assert.Empty(run.Answered(0, new Pong(5, 0, ping.SentAt, 0), 200));
        Assert.NotNull(run.PauseOf(0));
    }

    [Fact]
    public void Pings_of_workers_at_the_same_distance_do_not_stay_together()
    {
        const int workers = 3;
        var run = new RunCoordination(5, workers, 0);
        var roundTrip = 20 * Millisecond;
        var sent = new long[workers];
        var apart = 0;
        for (var worker = 0; worker < workers; worker++)
            run.Ready(worker, 0);
        for (var i = 0; i < ClockOffset.Pings - 1; i++)
        {
            for (var worker = 0; worker < workers; worker++)
            {
                Assert.Empty(run.Answered(worker, new Pong(5, i, sent[worker], 0), sent[worker] + roundTrip));
                var pause = run.PauseOf(worker)!.Value;
                Assert.InRange(pause, TimeSpan.Zero, RunCoordination.LongestPause);
                sent[worker] += roundTrip + (long)pause.TotalNanoseconds;
                Assert.Equal(i + 1, Assert.IsType<Ping>(Assert.Single(run.PauseEnded(worker, sent[worker])).Message).Sequence);
                Assert.Empty(run.PauseEnded(worker, sent[worker]));
            }

            if (Enumerable.Range(0, workers).All(a => Enumerable.Range(0, a).All(b => Math.Abs(sent[a] - sent[b]) > Millisecond)))
                apart++;
        }

        // The clock of each worker needs one round trip that waits for no other worker.
        Assert.InRange(apart, 10, ClockOffset.Pings);
    }

    [Fact]
    public void A_lost_part_is_split_among_the_remaining_workers_in_the_future()
    {
        var run = new RunCoordination(5, 3, 0);
        var now = 0L;
        for (var worker = 0; worker < 3; worker++)
            now = Measure(run, worker, 0, now);
        var lossAt = run.Plan!.At + 10 * Second;

        var lost = Assert.Single(run.Lose(1));
        var orders = run.TakeOver(lost, lossAt);

        var starts = orders.Select(order => (order.Worker, Start: Assert.IsType<RunStart>(order.Message))).ToList();
        Assert.Equal([0, 2], starts.Select(s => s.Worker));
        Assert.Equal([3, 4], starts.Select(s => s.Start.Assignment));
        Assert.Equal([new SchedulePartition(1, 6), new SchedulePartition(4, 6)], starts.Select(s => s.Start.Part));
        Assert.All(starts, s => Assert.Equal(TimeSpan.FromSeconds(12), s.Start.From));
        Assert.All(starts, s => Assert.Equal(run.Plan.At, s.Start.StartAt));
        Assert.True(run.Owns(2, 4));
    }

    [Fact]
    public void A_finished_part_is_not_lost_with_its_worker()
    {
        var run = new RunCoordination(5, 2, 0);
        Measure(run, 1, 0, Measure(run, 0, 0, 0));

        run.Finished(1);

        Assert.Empty(run.Lose(1));
        Assert.Equal([0], run.Lose(0));
        Assert.Empty(run.TakeOver(0, 100 * Second));
    }

    [Fact]
    public void Unanswered_messages_are_repeated_and_an_answer_to_either_counts()
    {
        var run = new RunCoordination(5, 1, 0);
        Assert.Equal([0], run.NotReady);
        var first = (Ping)run.Ready(0, 0).Single().Message;
        Assert.Empty(run.NotReady);
        Assert.Empty(run.Unanswered(Second - 1));

        var second = Assert.IsType<Ping>(Assert.Single(run.Unanswered(Second)).Message);

        Assert.Equal((first.Sequence, Second), (second.Sequence, second.SentAt));
        Assert.Empty(run.Answered(0, new Pong(5, 0, first.SentAt, 0), Second + Millisecond));
        Assert.Empty(run.Answered(0, new Pong(5, 0, second.SentAt, 0), Second + 2 * Millisecond));
        var orders = run.PauseEnded(0, 2 * Second);
        for (var (i, now) = (1, 2 * Second); i < ClockOffset.Pings; i++)
            (orders, now) = Answer(run, orders, 0, now);
        var start = Assert.IsType<RunStart>(Assert.Single(orders).Message);
        Assert.Equal([new RunOrder(0, start)], run.Unanswered(5 * Second));
        run.Reported(0);
        Assert.Empty(run.Unanswered(5 * Second));
        Assert.Equal([0], run.Unfinished);
        run.Finished(0);
        Assert.Empty(run.Unfinished);
    }

    [Fact]
    public void A_preparation_without_progress_has_a_limit()
    {
        var limit = (long)RunCoordination.PreparationLimit.TotalNanoseconds;
        var run = new RunCoordination(5, 2, 0);
        run.Ready(1, Second);

        Assert.Empty(run.Stalled(limit - 1));
        Assert.Equal([0], run.Stalled(limit));
        run.Fetches(0, "hash", 0, limit);
        Assert.Equal([1], run.Stalled(limit + Second));
        run.Fetches(0, "hash", 0, 2 * limit);
        Assert.Equal([0, 1], run.Stalled(2 * limit));
        run.Fetches(0, "hash", 128, 2 * limit);
        Assert.Equal([1], run.Stalled(2 * limit));
    }

    private static long Measure(RunCoordination run, int worker, long ahead, long now)
    {
        var orders = run.Ready(worker, now);
        for (var i = 0; i < ClockOffset.Pings; i++)
            (orders, now) = Answer(run, orders, ahead, now);
        return now;
    }

    private static (IReadOnlyList<RunOrder> Orders, long Now) Answer(RunCoordination run, IReadOnlyList<RunOrder> orders, long ahead, long now)
    {
        var (worker, message) = Assert.Single(orders);
        var ping = Assert.IsType<Ping>(message);
        now += 2 * Millisecond;
        var next = run.Answered(worker, new Pong(ping.Run, ping.Sequence, ping.SentAt, now - Millisecond + ahead), now);
        if (run.PauseOf(worker) is not { } pause)
            return (next, now);
        Assert.Empty(next);
        now += (long)pause.TotalNanoseconds;
        return (run.PauseEnded(worker, now), now);
    }
}
