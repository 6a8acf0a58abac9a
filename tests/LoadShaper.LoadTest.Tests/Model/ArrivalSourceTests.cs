using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Model;

public class ArrivalSourceTests
{
    private const long Ms = 1_000_000;
    private const long Second = 1_000 * Ms;
    private readonly List<(long Index, bool Warmup)> _offered = [];

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    private ArrivalSource Source(IReadOnlyList<LoadPhase> phases, TimeSpan warmup = default, TimeSpan batch = default, SchedulePartition? part = null, long from = 0)
    {
        var plan = new RunPlan { Targets = [], Flows = [], Phases = phases, Batch = batch };
        return new ArrivalSource(LoadSchedule.Of(phases, warmup), plan, part ?? SchedulePartition.Whole, (index, isWarmup) => _offered.Add((index, isWarmup)), from);
    }

    private static List<Arrival> Take(ArrivalSource source, long now)
    {
        var taken = new List<Arrival>();
        source.Advance(now);
        while (source.TryTake(now, out var arrival))
            taken.Add(arrival);
        return taken;
    }

    [Fact]
    public void Arrivals_can_be_taken_from_their_due_time_on()
    {
        var source = Source([new ConstantRate(10, S(1))]);
        Assert.Equal(0, source.NextDue);
        Assert.Single(Take(source, 0));
        Assert.Equal(100 * Ms, source.NextDue);
        Assert.Empty(Take(source, 100 * Ms - 1));
        Assert.Equal([(1, 100 * Ms)], Take(source, 100 * Ms).Select(a => (a.Index, a.Intended)));
        Assert.Equal(8, Take(source, Second).Count);
        Take(source, Second);
        Assert.True(source.Ended);
    }

    [Fact]
    public void A_backlog_at_the_end_may_be_sent_within_the_grace_and_is_offered_but_unsent_after_it()
    {
        var source = Source([new ConstantRate(10, S(1))]);
        source.Advance(Second + 9 * Ms);
        Assert.True(source.TryTake(Second + 9 * Ms, out _));
        source.Advance(Second + 10 * Ms);
        Assert.False(source.TryTake(Second + 10 * Ms, out _));
        Assert.True(source.Ended);
        Assert.Equal(10, _offered.Count);
    }

    [Fact]
    public void The_warm_up_comes_first_at_the_initial_rate_and_is_marked()
    {
        var source = Source([new RampRate(10, 30, S(1))], warmup: S(2));
        var taken = new List<Arrival>();
        for (var now = 0L; !source.Ended; now += 5 * Ms)
            taken.AddRange(Take(source, now));
        Assert.Equal(20, taken.Count(a => a.Warmup));
        Assert.Equal(20, taken.Count(a => !a.Warmup));
        Assert.All(taken, a => Assert.Equal(a.Intended < 2 * Second, a.Warmup));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), taken.Select(a => a.Index));
    }

    [Fact]
    public void The_warm_up_of_a_ramp_from_zero_has_its_mean_rate()
    {
        var source = Source([new RampRate(0, 30, S(1))], warmup: S(1));
        Assert.Equal(15, Take(source, Second - 1).Count);
    }

    [Fact]
    public void The_batch_grid_moves_the_due_time_and_not_the_intended_time()
    {
        var source = Source([new ConstantRate(1_000, S(1))], batch: TimeSpan.FromMilliseconds(2.5));
        Take(source, 0);
        Assert.Equal(5 * Ms / 2, source.NextDue);
        var taken = Take(source, 5 * Ms / 2);
        Assert.Equal([1 * Ms, 2 * Ms], taken.Select(a => a.Intended));
        Assert.All(taken, a => Assert.Equal(5 * Ms / 2, a.Due));
    }

    [Fact]
    public void Users_start_at_the_spawn_rate_and_come_back_when_their_flow_ends()
    {
        var source = Source([new ClosedUsers(5, 2, ThinkTime.None, S(10))]);
        Assert.Single(Take(source, 0));
        Assert.Equal(500 * Ms, source.NextDue);
        Assert.Single(Take(source, 500 * Ms));
        source.FlowEnded(0, 600 * Ms, 0);
        Assert.Equal([(0, 600 * Ms)], Take(source, 700 * Ms).Select(a => (a.User, a.Intended)));
        Assert.Equal(3, Take(source, 10 * Second - 1).Count);
        Assert.Equal(5, source.Users);
    }

    [Fact]
    public void Think_time_is_between_its_bounds_and_depends_on_the_seed_only()
    {
        List<long> Run()
        {
            var source = Source([new ClosedUsers(1, 0, new ThinkTime(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20)), S(10))]);
            var times = new List<long>();
            for (var now = source.NextDue; now < 10 * Second; now = source.NextDue)
            {
                foreach (var arrival in Take(source, now))
                {
                    times.Add(arrival.Intended);
                    source.FlowEnded(arrival.User, now + Ms, 0);
                }
            }

            return times;
        }

        var first = Run();
        Assert.All(first.Zip(first.Skip(1)), p => Assert.InRange(p.Second - p.First, 11 * Ms, 21 * Ms));
        Assert.Equal(first, Run());
    }

    [Fact]
    public void Phases_add_and_remove_users_at_the_end_of_their_flow()
    {
        var source = Source([new ClosedUsers(4, 0, ThinkTime.None, S(1)), new ClosedUsers(1, 0, ThinkTime.None, S(1)), new ClosedUsers(3, 0, ThinkTime.None, S(1))]);
        Assert.Equal(4, Take(source, 0).Count);
        source.Advance(Second);
        for (var user = 0; user < 4; user++)
            source.FlowEnded(user, Second, 0);
        Assert.Equal([0], Take(source, Second).Select(a => a.User));
        Assert.Equal(1, source.Users);
        Assert.Equal([1, 2], Take(source, 2 * Second).Select(a => a.User));
        Assert.Equal(3, source.Users);
    }

    [Fact]
    public void Open_and_closed_phases_follow_each_other()
    {
        var source = Source([new ConstantRate(2, S(1)), new ClosedUsers(2, 0, ThinkTime.None, S(1)), new ConstantRate(3, S(1))]);
        var taken = new List<Arrival>();
        var busy = new Queue<(int User, long End)>();
        for (var now = 0L; !source.Ended; now += 100 * Ms)
        {
            while (busy.TryPeek(out var first) && first.End <= now)
                source.FlowEnded(busy.Dequeue().User, now, 0);
            foreach (var arrival in Take(source, now))
            {
                taken.Add(arrival);
                busy.Enqueue((arrival.User, now + 300 * Ms));
            }
        }

        Assert.Equal(2, taken.Count(a => a.Intended < Second));
        Assert.Equal(8, taken.Count(a => a.User >= 0));
        Assert.Equal(3, taken.Count(a => a.Intended >= 2 * Second));
        Assert.Equal(taken.Count, taken.Select(a => a.Index).Distinct().Count());
    }

    [Fact]
    public void Parts_share_users_and_arrivals_without_overlap()
    {
        IReadOnlyList<LoadPhase> phases = [new ClosedUsers(7, 0, ThinkTime.None, S(1))];
        var users = Enumerable.Range(0, 3).Select(k => Take(Source(phases, part: new SchedulePartition(k, 3)), 0)).ToList();
        Assert.Equal([3, 2, 2], users.Select(u => u.Count));
        Assert.Equal(7, users.SelectMany(u => u).Select(a => a.Index).Distinct().Count());
    }

    [Fact]
    public void A_user_that_waits_for_a_connection_keeps_the_time_at_which_it_was_ready()
    {
        var source = Source([new ClosedUsers(1, 0, ThinkTime.None, S(10))]);
        source.Advance(0);
        Assert.True(source.TryTake(3 * Second, out var arrival));
        Assert.Equal(0, arrival.Intended);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    [InlineData(1_000)]
    [InlineData(1_950)]
    [InlineData(2_000)]
    public void A_part_that_is_taken_over_continues_with_the_same_arrivals(long milliseconds)
    {
        LoadPhase[] phases = [new ConstantRate(10, S(1)), new RampRate(10, 30, S(1))];
        var part = new SchedulePartition(1, 3);
        var all = Take(Source(phases, part: part), 2 * Second - 1);
        _offered.Clear();

        var rest = Take(Source(phases, part: part, from: milliseconds * Ms), 2 * Second - 1);

        Assert.Equal(all.Where(a => a.Intended >= milliseconds * Ms), rest);
        Assert.Equal(rest.Select(a => a.Index), _offered.Select(o => o.Index));
    }

    [Fact]
    public void Users_of_a_part_that_is_taken_over_start_when_it_is()
    {
        var source = Source([new ConstantRate(10, S(1)), new ClosedUsers(4, 0, ThinkTime.None, S(2))], part: new SchedulePartition(0, 2), from: 2 * Second);
        Assert.Equal([(5, 2 * Second), (6, 2 * Second)], Take(source, 2 * Second).Select(a => (a.Index / 2, a.Intended)));
        Assert.Equal(2, source.Users);
    }
}
