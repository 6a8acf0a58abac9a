using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Units;
using LoadShaper.Simulation.Memory;
using Xunit;

namespace LoadShaper.Simulation.Tests.Memory;

public sealed class MemoryDayTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    // A1 with 2 OCPUs and 12 GB by its template.
    private static readonly MemorySettings A1 = new()
    {
        Target = Percent.Of(30),
        Reserve = ByteSize.FromMiB(1024),
        Step = ByteSize.FromMiB(256),
    };

    private static VirtualMemory Machine() => new(ByteSize.FromMiB(12 * 1024), cache: ByteSize.FromMiB(2048));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Other_use_that_wanders_between_3_and_12_percent_leaves_the_reading_within_a_point_of_the_target(int seed)
    {
        var day = MemoryDay.Run(A1, Machine(), new ForeignMemory(3, 12, Noise: 0.1), Day, Period, seed);

        Assert.True(day.Ramp < TimeSpan.FromMinutes(5), $"ramp {day.Ramp}");
        Assert.True(day.FarthestAfterRamp <= 1, $"{day.FarthestAfterRamp} points off");
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.4)]
    public void Other_use_that_stays_moves_no_page_after_the_ramp(double noise)
    {
        var day = MemoryDay.Run(A1, Machine(), new ForeignMemory(8, 8, noise), Day, Period, seed: 1);

        Assert.Equal(ByteSize.Zero, day.GivenBack);
        Assert.Equal(day.Moments[^1].Held, day.Taken);
        Assert.Collection(day.Events, e => Assert.IsType<MemoryGrowthStarted>(e), e => Assert.IsType<MemoryTargetReached>(e));
    }

    [Fact]
    public void Programs_that_run_for_ten_seconds_move_no_page()
    {
        var often = new ForeignMemory(5, 5, 0.1, Program: 4, ProgramEvery: TimeSpan.FromMinutes(1), ProgramRuns: TimeSpan.FromSeconds(10));
        var day = MemoryDay.Run(A1, Machine(), often, Day, Period, seed: 1);

        Assert.Equal(ByteSize.Zero, day.GivenBack);
    }

    [Fact]
    public void A_program_that_stays_is_followed_once_in_each_direction()
    {
        var rarely = new ForeignMemory(5, 5, 0.1, Program: 4, ProgramEvery: TimeSpan.FromHours(6), ProgramRuns: TimeSpan.FromHours(3));
        var day = MemoryDay.Run(A1, Machine(), rarely, Day, Period, seed: 1);

        // It runs at midnight, so that the ramp is made beside it; three starts and four ends are left.
        Assert.InRange(100.0 * day.GivenBack.Bytes / Machine().Total.Bytes, 3 * 3.5, 3 * 4.5);
        Assert.Equal(3, day.Events.Count(e => e is MemoryReleaseOrdered { Cause: MemoryReleaseCause.AboveTarget }));
        Assert.Equal(5, day.Events.Count(e => e is MemoryGrowthStarted));

        // Within a minute of each turn the reading is back.
        Assert.All(
            day.Moments.Where(m => m.At > TimeSpan.FromMinutes(5) && TimeSpan.FromTicks(m.At.Ticks % TimeSpan.FromHours(3).Ticks) > TimeSpan.FromMinutes(1)),
            m => Assert.InRange(m.Used, 29, 31));
    }

    [Fact]
    public void The_reference_swings_below_its_target_and_moves_far_more_pages()
    {
        var other = new ForeignMemory(3, 12, Noise: 0.1);
        var reference = MemoryDay.RunReference(A1, Machine(), other, Day, Period, TimeSpan.FromMinutes(5), seed: 1);
        var ours = MemoryDay.Run(A1, Machine(), other, Day, Period, seed: 1);

        Assert.True(reference.GivenBack.Bytes > 20 * ours.GivenBack.Bytes, $"reference {reference.GivenBack}, ours {ours.GivenBack}");
        Assert.Contains(reference.Moments.Skip(120), m => m.Used < 25);
    }
}
