using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Sampling;

public sealed class SampleDatabaseTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-samples-").FullName;

    private string File => Path.Combine(_directory, "metrics.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_minute_is_the_mean_of_its_samples_weighted_by_their_length()
    {
        using var database = new SampleDatabase(File);
        database.Add(Sample(Noon.AddSeconds(20), seconds: 20, busy: 10), memory: 30);
        database.Add(Sample(Noon.AddSeconds(60), seconds: 40, busy: 40), memory: 50);

        var minute = Assert.Single(database.ReadMinutes(Noon, Noon.AddDays(1)));

        Assert.Equal(Noon, minute.Start);
        Assert.Equal(TimeSpan.FromSeconds(60), minute.Seen);
        Assert.Equal(30, minute.Busy, 6);
    }

    [Fact]
    public void Minutes_left_unfolded_by_a_kill_are_there_after_a_restart()
    {
        using (var database = new SampleDatabase(File))
        {
            database.Add(Sample(Noon.AddSeconds(30), 30, 10), null);
            database.Add(Sample(Noon.AddSeconds(90), 30, 20), null);
        }

        using var again = new SampleDatabase(File);
        again.Add(Sample(Noon.AddSeconds(200), 5, 50), null);

        Assert.Equal([10, 20, 50], again.ReadMinutes(Noon, Noon.AddDays(1)).Select(m => Math.Round(m.Busy, 6)).ToArray());
    }

    [Fact]
    public void A_minute_interrupted_by_a_restart_counts_both_parts()
    {
        using (var database = new SampleDatabase(File))
            database.Add(Sample(Noon.AddSeconds(20), 20, 10), null);
        using var again = new SampleDatabase(File);
        again.Add(Sample(Noon.AddSeconds(60), 20, 30), null);
        again.Add(Sample(Noon.AddSeconds(65), 5, 99), null);

        var minute = again.ReadMinutes(Noon, Noon.AddDays(1))[0];

        Assert.Equal(TimeSpan.FromSeconds(40), minute.Seen);
        Assert.Equal(20, minute.Busy, 6);
    }

    [Fact]
    public void A_sample_without_a_CPU_reading_is_no_part_of_a_minute()
    {
        using var database = new SampleDatabase(File);
        database.Add(Sample(Noon.AddSeconds(5), 5, 10) with { Cpu = null }, memory: 30);

        Assert.Empty(database.ReadMinutes(Noon, Noon.AddDays(1)));
        Assert.Equal(1, database.ReadStatus(Noon).SampleCount);
    }

    [Fact]
    public void Samples_are_kept_for_seven_days_and_minutes_for_five_weeks()
    {
        using var database = new SampleDatabase(File);
        database.Add(Sample(Noon - TimeSpan.FromDays(36), 5, 1), null);
        database.Add(Sample(Noon - TimeSpan.FromDays(8), 5, 2), null);
        database.Add(Sample(Noon, 5, 3), null);
        Assert.Equal(3, database.ReadMinutes(DateTimeOffset.UnixEpoch, Noon.AddDays(1)).Count);

        database.CleanUp(Noon);

        Assert.Equal(1, database.ReadStatus(Noon).SampleCount);
        Assert.Equal([2, 3], database.ReadMinutes(DateTimeOffset.UnixEpoch, Noon.AddDays(1)).Select(m => Math.Round(m.Busy, 6)).ToArray());
    }

    [Fact]
    public void The_percentile_is_the_nearest_rank_over_the_minutes_of_seven_days()
    {
        using var database = new SampleDatabase(File);
        for (var i = 1; i <= 100; i++)
            database.Add(Sample(Noon.AddMinutes(i), 60, 1), memory: i);
        database.ReadMinutes(Noon, Noon.AddDays(1));

        Assert.Equal(95, database.ReadStatus(Noon.AddMinutes(101)).MemoryP95);
    }

    [Fact]
    public void Without_a_sample_there_are_no_figures()
    {
        using var database = new SampleDatabase(File);

        var status = database.ReadStatus(Noon);

        Assert.Equal((0, null, null), (status.SampleCount, status.Oldest, status.MemoryP95));
        Assert.True(status.IsAvailable);
    }

    internal static Sample Sample(DateTimeOffset at, double seconds, double busy) => new(
        at, TimeSpan.FromSeconds(seconds), CpuCount: 2,
        new CpuReading(Percent.Of(busy), Percent.Of(busy), Percent.Zero, Percent.Zero, Percent.Zero),
        Memory: null, Network: null, new LoadReading(0.4, 0.3, 0.2, 0.1));
}
