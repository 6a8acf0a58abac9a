using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Memory;

public sealed class MemoryPolicyTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static ByteSize MiB(double mib) => ByteSize.FromMiB(mib);

    [Fact]
    public void Growth_takes_one_step_a_decision_and_ends_at_the_target()
    {
        var machine = new Machine();

        Assert.IsType<MemoryGrowthStarted>(Assert.Single(machine.Step()));
        Assert.Equal(MiB(200), machine.Held);
        Assert.Empty(machine.Step());
        Assert.Equal(MiB(400), machine.Held);

        Assert.IsType<MemoryTargetReached>(Assert.Single(machine.Run(5 * Minute)));
        Assert.Equal(MiB(2000), machine.Held);
    }

    [Fact]
    public void What_others_use_is_filled_up_and_not_added_to()
    {
        var machine = new Machine { Foreign = MiB(3_500) };
        machine.Run(5 * Minute);

        Assert.Equal(ByteSize.Zero, machine.Held);
        Assert.Equal(MemoryPhase.Holding, machine.State.Phase);
    }

    [Fact]
    public void Nothing_is_taken_while_memory_is_not_the_lever_or_has_no_target()
    {
        var resting = new Machine { Wanted = false };
        var off = new Machine { Settings = new MemorySettings() };

        Assert.Empty(resting.Run(Minute));
        Assert.Empty(off.Run(Minute));
        Assert.Equal((ByteSize.Zero, ByteSize.Zero), (resting.Held, off.Held));
    }

    [Fact]
    public void Memory_that_is_no_longer_the_lever_goes_back_at_once_and_comes_back_without_waiting()
    {
        var machine = Machine.AtTarget();

        machine.Wanted = false;
        var released = Assert.IsType<MemoryReleaseOrdered>(Assert.Single(machine.Step()));
        Assert.Equal((MemoryReleaseCause.SwitchedOff, MiB(2000)), (released.Cause, released.Amount));
        Assert.Equal(ByteSize.Zero, machine.Held);
        Assert.Empty(machine.Run(Minute));

        machine.Wanted = true;
        Assert.IsType<MemoryGrowthStarted>(Assert.Single(machine.Step()));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(-40)]
    public void Half_a_point_off_the_target_moves_nothing(double mib)
    {
        var machine = Machine.AtTarget();
        machine.Foreign = MiB(1_000 + mib);

        Assert.Empty(machine.Run(60 * Minute));
        Assert.Equal(MiB(2000), machine.Held);
    }

    [Fact]
    public void Other_processes_that_use_more_for_longer_than_a_burst_get_it_back_without_a_back_off()
    {
        var machine = Machine.AtTarget();
        machine.Foreign = MiB(1_400);

        Assert.Empty(machine.Run(TimeSpan.FromSeconds(15)));
        var released = Assert.IsType<MemoryReleaseOrdered>(Assert.Single(machine.Run(Minute)));
        Assert.Equal((MemoryReleaseCause.AboveTarget, MiB(400)), (released.Cause, released.Amount));

        machine.Foreign = MiB(1_000);
        Assert.Collection(
            machine.Run(Minute),
            e => Assert.IsType<MemoryGrowthStarted>(e),
            e => Assert.IsType<MemoryTargetReached>(e));
        Assert.Equal(MiB(2000), machine.Held);
    }

    [Fact]
    public void A_closed_gate_ends_growth_and_leaves_what_is_held()
    {
        var machine = new Machine();
        machine.Run(TimeSpan.FromSeconds(15));
        var held = machine.Held;

        machine.Gate = GatePosition.Closed;
        Assert.Empty(machine.Run(Minute));
        Assert.Equal(held, machine.Held);

        machine.Gate = GatePosition.HeldByLoadAverage;
        machine.Run(5 * Minute);
        Assert.Equal(MiB(2000), machine.Held);
    }

    [Fact]
    public void A_step_that_the_holder_has_not_finished_is_not_followed_by_another()
    {
        var machine = new Machine { Ordered = ByteSize.Zero };
        machine.Step();
        Assert.Equal(MiB(200), machine.Ordered);

        machine.Held = MiB(50);
        machine.Run(Minute);
        Assert.Equal(MiB(200), machine.Ordered);

        machine.Held = MiB(200);
        machine.Step();
        Assert.Equal(MiB(400), machine.Ordered);
    }

    [Fact]
    public void Available_memory_under_the_reserve_gets_back_what_is_missing_and_a_step_more()
    {
        var machine = Machine.AtTarget();
        machine.Foreign = machine.Total - MiB(2_000 + 400);

        var released = Assert.IsType<MemoryReleaseOrdered>(Assert.Single(machine.Step()));
        Assert.Equal((MemoryReleaseCause.Reserve, MiB(112 + 200)), (released.Cause, released.Amount));
        Assert.Equal(MiB(512 + 200), machine.Total - machine.Used);
    }

    [Fact]
    public void After_a_release_for_others_growth_waits_twice_as_long_each_time_up_to_an_hour()
    {
        var machine = Machine.AtTarget();
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 9; i++)
        {
            machine.Foreign = machine.Total - MiB(400) - machine.Held;
            var released = machine.Step().OfType<MemoryReleaseOrdered>().Last();
            machine.Foreign = MiB(1_000);
            var resumed = machine.Run(TimeSpan.FromHours(1) + Minute).OfType<MemoryGrowthStarted>().First();
            waits.Add(resumed.At - released.At);
            machine.At = resumed.At + Minute;
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], waits.Select(wait => wait.TotalMinutes));
    }

    [Fact]
    public void A_quiet_hour_makes_the_next_back_off_short_again()
    {
        var machine = Machine.AtTarget();
        for (var i = 0; i < 3; i++)
        {
            machine.Lost = new MemoryLoss(MemoryReleaseCause.Reserve, MiB(10));
            machine.Step();
            machine.Run(30 * Minute);
        }

        Assert.Equal(3, machine.State.Streak);
        machine.Run(TimeSpan.FromHours(2));
        machine.Lost = new MemoryLoss(MemoryReleaseCause.Reserve, MiB(10));
        machine.Step();
        Assert.Equal(1, machine.State.Streak);
        Assert.Equal(machine.At + Minute, machine.State.NoGrowthBefore);
    }

    [Fact]
    public void Several_releases_of_one_episode_count_once()
    {
        var machine = Machine.AtTarget();
        for (var i = 0; i < 5; i++)
        {
            machine.Lost = new MemoryLoss(MemoryReleaseCause.Reserve, MiB(64));
            machine.Step();
        }

        Assert.Equal(1, machine.State.Streak);
        Assert.Equal(machine.At + Minute, machine.State.NoGrowthBefore);
    }

    [Fact]
    public void A_killed_holder_keeps_growth_away_for_ten_minutes()
    {
        var machine = Machine.AtTarget();
        machine.Held = ByteSize.Zero;
        machine.Lost = new MemoryLoss(MemoryReleaseCause.HolderKilled, MiB(2000));

        var released = Assert.IsType<MemoryReleased>(Assert.Single(machine.Step()));
        Assert.Equal((MemoryReleaseCause.HolderKilled, MiB(2000)), (released.Cause, released.Amount));
        var resumed = machine.Run(11 * Minute).OfType<MemoryGrowthStarted>().Single();
        Assert.Equal(10 * Minute, resumed.At - released.At);
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_keep_growth_away_for_longer_than_the_longest_back_off()
    {
        var machine = Machine.AtTarget();
        machine.Lost = new MemoryLoss(MemoryReleaseCause.HolderKilled, MiB(1000));
        machine.Held = MiB(1000);
        machine.Step();

        machine.At -= TimeSpan.FromDays(300);
        Assert.Contains(machine.Run(Minute), e => e is MemoryGrowthStarted);
    }

    [Fact]
    public void The_stop_threshold_gets_back_memory_down_to_the_hysteresis_under_it()
    {
        var machine = Machine.AtTarget();
        machine.Settings = machine.Settings with { Stop = Percent.Of(60) };
        machine.Foreign = MiB(4_100);

        var released = machine.Step().OfType<MemoryReleaseOrdered>().Single();
        Assert.Equal(MemoryReleaseCause.StopThreshold, released.Cause);
        Assert.Equal(55, 100.0 * machine.Used.Bytes / machine.Total.Bytes, tolerance: 0.1);
    }

    [Fact]
    public void Tasks_that_wait_for_memory_get_a_quarter_of_it_at_a_time()
    {
        var machine = Machine.AtTarget();
        machine.Cached = machine.Total - machine.Used - MiB(100);
        machine.Pressure = Percent.Of(10);

        var released = Assert.IsType<MemoryReleaseOrdered>(Assert.Single(machine.Step()));
        Assert.Equal((MemoryReleaseCause.Pressure, MiB(500)), (released.Cause, released.Amount));
    }

    [Fact]
    public void Tasks_that_wait_while_memory_is_free_are_at_a_limit_of_their_own()
    {
        var machine = Machine.AtTarget();
        machine.Pressure = Percent.Of(80);

        Assert.Empty(machine.Run(Minute));
        Assert.Equal(MiB(2000), machine.Held);
    }

    [Fact]
    public void A_limit_of_our_cgroup_caps_what_is_taken_and_says_so_once()
    {
        var machine = new Machine();
        var cap = MiB(1_000);
        var events = Enumerable.Range(0, 100).SelectMany(_ =>
        {
            machine.Cgroup = new CgroupMemory(cap, cap - machine.Held - MiB(90));
            return machine.Step();
        }).ToList();

        Assert.Collection(
            events,
            e => Assert.IsType<MemoryGrowthStarted>(e),
            e => Assert.Equal(MemoryLimit.Cgroup, Assert.IsType<MemoryLimited>(e).By));
        Assert.Equal(MiB(800), machine.Held);
    }

    [Fact]
    public void A_limit_of_our_cgroup_that_comes_near_gets_memory_back()
    {
        var machine = Machine.AtTarget();
        machine.Cgroup = new CgroupMemory(MiB(2_100), MiB(20));

        var released = machine.Step().OfType<MemoryReleaseOrdered>().Single();
        Assert.Equal(MemoryReleaseCause.CgroupLimit, released.Cause);
    }

    [Fact]
    public void A_limit_lowered_under_what_is_used_gets_all_of_the_excess_back_at_once()
    {
        var machine = Machine.AtTarget();
        machine.Cgroup = new CgroupMemory(MiB(1_000), ByteSize.Zero, Over: MiB(1_100));

        var released = machine.Step().OfType<MemoryReleaseOrdered>().Single();
        Assert.Equal((MemoryReleaseCause.CgroupLimit, MiB(1_100 + 64)), (released.Cause, released.Amount));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(256)]
    [InlineData(600)]
    public void On_a_machine_smaller_than_reserve_and_target_ask_for_nothing_is_ever_taken(double mib)
    {
        var reading = new MemoryReading(MiB(mib), MiB(mib * 0.8), MiB(mib * 0.8), ByteSize.Zero, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero);
        var state = MemoryState.Initial;
        var window = MemoryWindow.Empty;
        for (var at = Machine.Noon; at < Machine.Noon + 60 * Minute; at += TimeSpan.FromSeconds(5))
        {
            window = window.Add(at, reading, ByteSize.Zero, settled: true);
            var decision = MemoryPolicy.Decide(
                new MemorySettings { Target = Percent.Of(60) }, state,
                new MemoryInput(at, reading, TimeSpan.Zero, window.Recent, null, null, ByteSize.Zero, ByteSize.Zero, GatePosition.Open, Wanted: true));
            state = decision.Events.Aggregate(state, (s, happened) => s.Apply(happened));
            Assert.Equal(ByteSize.Zero, decision.Plan.Hold);
        }

        Assert.Equal((MemoryPhase.Limited, MemoryLimit.Reserve), (state.Phase, state.Limit));
    }

    [Fact]
    public void Memory_added_to_the_machine_while_it_runs_is_filled_up_to_the_same_share()
    {
        var machine = Machine.AtTarget();
        machine.Total = MiB(12_000);

        machine.Run(5 * Minute);
        Assert.Equal(MiB(2_600), machine.Held);
        Assert.Equal(MemoryPhase.Holding, machine.State.Phase);

        machine.Total = MiB(10_000);
        machine.Run(5 * Minute);
        Assert.Equal(MiB(2_000), machine.Held);
    }

    [Fact]
    public void Growth_stops_where_the_next_step_would_come_near_the_reserve()
    {
        var machine = new Machine();
        machine.Settings = machine.Settings with { Target = Percent.Of(80), Stop = Percent.Of(95), Reserve = MiB(3_000) };

        var events = machine.Run(TimeSpan.FromHours(1));
        Assert.Equal(MemoryLimit.Reserve, Assert.IsType<MemoryLimited>(events[^1]).By);
        Assert.Equal(2, events.Count);
        Assert.True(machine.Total - machine.Used >= MiB(3_200));
    }

    [Fact]
    public void Without_readings_nothing_grows_and_after_half_a_minute_nothing_is_held()
    {
        var machine = Machine.AtTarget();
        machine.Readable = false;

        Assert.Empty(machine.Run(TimeSpan.FromSeconds(25)));
        Assert.Equal(MiB(2000), machine.Held);
        var released = Assert.IsType<MemoryReleaseOrdered>(Assert.Single(machine.Run(Minute)));
        Assert.Equal(MemoryReleaseCause.ReadingMissing, released.Cause);
        Assert.Equal(ByteSize.Zero, machine.Held);
    }

    [Fact]
    public void Every_event_can_be_decided_again_from_its_own_input()
    {
        var machine = Machine.AtTarget();
        var state = machine.State;
        machine.Foreign = machine.Total - MiB(2_000 + 400);
        var released = machine.Step().OfType<MemoryReleaseOrdered>().Single();

        Assert.Equal(released, MemoryPolicy.Decide(machine.Settings, state, released.Input).Events.Single());
    }
}
