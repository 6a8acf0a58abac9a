using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Proc;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling;

public class MachineCountersTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly CpuTicks Ticks = new(1000, 0, 500, 9000, 100, 0, 0, 50);

    private static readonly MachineCounters Before = new(
        TimeSpan.FromSeconds(100), new ProcStat(2, Ticks), null,
        new NetworkCounters("eth0", new ProcNetDev(1000, 2000), BitRate.FromMbit(1)),
        new ProcLoadavg(1.5, 1, 0.5), null, TimeSpan.FromSeconds(3), Thread(7, 2.0, 0.5));

    private static readonly MachineCounters Now = Before with
    {
        Clock = TimeSpan.FromSeconds(105),
        Stat = new ProcStat(2, Ticks with { User = 1300, Idle = 9600, IoWait = 150, Steal = 100 }),
        Network = new NetworkCounters("eth0", new ProcNetDev(63_500, 2000), BitRate.FromMbit(1)),
        OwnCpu = TimeSpan.FromSeconds(5.5),
        Burning = Thread(7, 4.0, 1.5),
    };

    private static Dictionary<int, ThreadCounters> Thread(int id, double ran, double? waited) => new()
    {
        [id] = new ThreadCounters(TimeSpan.FromSeconds(ran), waited is { } w ? TimeSpan.FromSeconds(w) : null),
    };

    private static Sample Sample(MachineCounters now) => now.Since(Before, Noon, new RunnableAverage(1));

    [Fact]
    public void Steal_is_busy_waiting_for_a_disk_is_idle_and_own_use_is_of_all_CPUs()
    {
        Assert.Equal(
            new CpuReading(Percent.Of(35), Percent.Of(30), Percent.Of(5), Percent.Of(25), Percent.Of(20)),
            Sample(Now).Cpu);
        Assert.Equal(10, Sample(Now).Cpu!.Foreign.Value);
    }

    [Fact]
    public void Run_queue_delay_is_of_this_period_alone()
    {
        Assert.Equal(new RunDelayReading(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)), Sample(Now).RunDelay);
        Assert.Null(Sample(Now with { Burning = Thread(7, 4, null) }).RunDelay);
        Assert.Equal(TimeSpan.FromSeconds(3), Now.RunnableSince(Before));
    }

    [Fact]
    public void Our_part_is_taken_off_the_load_average()
    {
        Assert.Equal(new LoadReading(1.5, 1, 0.5, 0.5), Sample(Now).Load);
    }

    [Fact]
    public void Traffic_is_bits_a_second_and_the_busier_direction_counts()
    {
        Assert.Equal(100_000, Sample(Now).Network!.Received.BitsPerSecond);
        Assert.Equal(10, Sample(Now).Network!.Utilization.Value);
    }

    [Fact]
    public void A_reading_that_is_missing_on_either_end_is_missing()
    {
        Assert.Null(Sample(Now with { Stat = null }).Cpu);
        Assert.Equal(2, Sample(Now with { Stat = null }).CpuCount);
        Assert.Null((Before with { Stat = null } is var before ? Now.Since(before, Noon, default) : null)!.Cpu);
        Assert.Null(Sample(Now with { Network = null }).Network);
        Assert.Null(Sample(Now with { Load = null }).Load);
    }

    [Fact]
    public void Counters_that_restarted_are_missing_for_one_period()
    {
        Assert.Null(Sample(Now with { Network = Now.Network!.Value with { Bytes = new ProcNetDev(5, 5) } }).Network);
        Assert.Null(Sample(Now with { Network = Now.Network!.Value with { Interface = "eth1" } }).Network);
        Assert.Null(Sample(Now with { Stat = Before.Stat }).Cpu);
    }

    [Fact]
    public void Without_our_own_figure_the_threads_are_counted_as_ours_and_the_rest_as_foreign()
    {
        Assert.Equal(20, Sample(Now with { OwnCpu = null }).Cpu!.Own.Value);
    }

    [Fact]
    public void A_CPU_that_comes_changes_what_the_shares_are_of()
    {
        var sample = Sample(Now with { Stat = new ProcStat(4, Now.Stat!.All) });

        Assert.Equal(4, sample.CpuCount);
        Assert.Equal(12.5, sample.Cpu!.Own.Value);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 2.5)]
    public void A_thread_that_is_new_ran_in_this_period_and_no_longer_than_the_process_did(double ran, double counted)
    {
        var now = Now with { Burning = Thread(8, ran, 0) };

        Assert.Equal(TimeSpan.FromSeconds(counted), now.RunnableSince(Before));
        Assert.Equal(10 * counted, Sample(now).Cpu!.Burning.Value);
        Assert.Equal(TimeSpan.Zero, (now with { OwnCpu = null }).RunnableSince(Before));
    }
}
