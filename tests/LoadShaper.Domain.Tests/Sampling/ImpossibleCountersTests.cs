using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Proc;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling;

/// <summary>Counters that cannot be true, from the field and of the same kind.</summary>
public class ImpossibleCountersTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("steal-runaway", 2, 0, ImpossibleCounters.Steal)]
    [InlineData("steal-falls", 2, 0, ImpossibleCounters.Steal)]
    [InlineData("steal-creep", 5, 2, ImpossibleCounters.Steal)]
    [InlineData("iowait-jump", 50, 0, ImpossibleCounters.IoWait)]
    [InlineData("iowait-falls", 2, 0, ImpossibleCounters.None)]
    [InlineData("iowait-falls-to-zero", 11, 0, ImpossibleCounters.None)]
    public void A_steal_or_iowait_that_cannot_be_counts_for_the_time_that_is_left(string name, double busy, double steal, ImpossibleCounters impossible)
    {
        var sample = SampleOf(name);

        Assert.Equal((busy, steal), (sample.Cpu!.Busy.Value, sample.Cpu.Steal.Value));
        Assert.Equal(impossible, sample.Impossible);
    }

    [Theory]
    [InlineData("softirq-jump", ImpossibleCounters.CpuTime)]
    [InlineData("idle-jump", ImpossibleCounters.CpuTime)]
    [InlineData("gvisor-zeros", ImpossibleCounters.None)]
    [InlineData("live-migration", ImpossibleCounters.None)]
    public void Any_other_field_that_is_impossible_or_does_not_advance_leaves_no_reading(string name, ImpossibleCounters impossible)
    {
        var sample = SampleOf(name);

        Assert.Null(sample.Cpu);
        Assert.Equal(impossible, sample.Impossible);
    }

    [Fact]
    public void After_a_live_migration_the_next_sample_is_a_reading()
    {
        var after = Parse("live-migration", "stat.after");
        var next = after with { All = after.All with { User = after.All.User + 100, Idle = after.All.Idle + 400 } };

        Assert.Equal(20, Counters(next, Period).Since(Counters(after, TimeSpan.Zero), Noon, default).Cpu!.Busy.Value);
    }

    [Fact]
    public void Two_fields_that_are_possible_alone_and_not_together_are_bounded()
    {
        var (ticks, impossible) = CounterPolicy.Bound(new CpuTicks(100, 0, 0, 400, 400, 0, 0, 400), Period, 1);

        Assert.Equal(ImpossibleCounters.Steal | ImpossibleCounters.IoWait, impossible);
        Assert.Equal(500, ticks!.Value.Sum);
    }

    [Theory]
    [InlineData(500, 0)]
    [InlineData(540, 0)]
    [InlineData(400, 350)]
    public void What_reading_takes_is_tolerated(long idle, long steal) =>
        Assert.Equal(
            (new CpuTicks(10, 0, 0, idle, 0, 0, 0, steal), ImpossibleCounters.None),
            CounterPolicy.Bound(new CpuTicks(10, 0, 0, idle, 0, 0, 0, steal), Period, 1));

    [Fact]
    public void No_advance_is_so_large_that_it_overflows()
    {
        var all = new CpuTicks(long.MaxValue, 0, 0, long.MaxValue, 0, 0, 0, long.MaxValue);

        Assert.Equal((null, ImpossibleCounters.CpuTime), CounterPolicy.Bound(all, Period, 4));
        Assert.Equal(490, CounterPolicy.Bound(new CpuTicks(10, 0, 0, 0, long.MaxValue, 0, 0, long.MaxValue), Period, 1).Ticks!.Value.Steal);
    }

    [Fact]
    public void An_impossible_run_queue_delay_or_thread_time_is_left_out()
    {
        var before = Counters(new ProcStat(1, default), TimeSpan.Zero) with { Burning = Thread(1, 1), OwnCpu = TimeSpan.Zero };
        var now = Counters(new ProcStat(1, new CpuTicks(250, 0, 0, 250, 0, 0, 0, 0)), Period);

        var delayed = (now with { Burning = Thread(2, 1e9), OwnCpu = TimeSpan.FromSeconds(1) }).Since(before, Noon, default);
        var ran = (now with { Burning = Thread(1e9, 1), OwnCpu = TimeSpan.FromSeconds(1e9) }).Since(before, Noon, default);

        Assert.Equal((null, ImpossibleCounters.RunDelay), (delayed.RunDelay, delayed.Impossible));
        Assert.Equal(20, delayed.Cpu!.Burning.Value);
        Assert.Equal(ImpossibleCounters.ThreadCpu | ImpossibleCounters.OwnCpu, ran.Impossible);
        // What cannot be ours counts as foreign: the side of less load.
        Assert.Equal(50, ran.Cpu!.Foreign.Value);
    }

    [Fact]
    public void Traffic_that_no_interface_carries_is_no_reading()
    {
        NetworkCounters Bytes(long sent) => new("eth0", new ProcNetDev(1, sent), BitRate.FromMbit(50));
        var before = Counters(new ProcStat(1, default), TimeSpan.Zero) with { Network = Bytes(1000) };
        var now = Counters(new ProcStat(1, default), Period);

        var jumped = (now with { Network = Bytes(1L << 50) }).Since(before, Noon, default);
        var carried = (now with { Network = Bytes(1 << 30) }).Since(before, Noon, default);

        Assert.Equal((null, ImpossibleCounters.Network), (jumped.Network, jumped.Impossible));
        Assert.Equal(ImpossibleCounters.None, carried.Impossible);
        Assert.NotNull(carried.Network);
    }

    private static Sample SampleOf(string name) =>
        Counters(Parse(name, "stat.after"), Period).Since(Counters(Parse(name, "stat.before"), TimeSpan.Zero), Noon, default);

    private static ProcStat Parse(string name, string file) => ProcStat.Parse(FieldCases.Read(name, file))!;

    private static MachineCounters Counters(ProcStat stat, TimeSpan clock) =>
        new(clock, stat, null, null, null, null, null, new Dictionary<int, ThreadCounters>());

    private static Dictionary<int, ThreadCounters> Thread(double ran, double waited) =>
        new() { [7] = new ThreadCounters(TimeSpan.FromSeconds(ran), TimeSpan.FromSeconds(waited)) };
}
