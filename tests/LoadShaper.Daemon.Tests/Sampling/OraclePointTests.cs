using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using LoadShaper.Journal;
using Xunit;

namespace LoadShaper.Daemon.Tests.Sampling;

public sealed class OraclePointTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-points-").FullName;

    private string Path => System.IO.Path.Combine(_directory, "metrics.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Without_a_point_there_is_no_table()
    {
        using var database = Open();
        Assert.Empty(database.Oracle.Read(Noon.AddDays(-7)));
        Assert.Equal(0, database.Oracle.Add([]));
        using var connection = SqliteFile.Open(Path);
        Assert.Equal("0", SqliteFile.Scalar(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'oracle_points'"));
    }

    [Fact]
    public void A_measured_minute_is_never_replaced_whichever_comes_first()
    {
        using var database = Open();
        Assert.Equal(3, database.Oracle.Add([Cpu(0, 40), Cpu(1, 41), Cpu(2, 42)]));
        Measure(database, minute: 1, busy: 10);

        var minutes = database.ReadSeededMinutes(Noon, Noon.AddHours(1));
        Assert.Equal([(40.0, true), (10.0, false), (42.0, true)], minutes.Select(minute => (minute.Busy, minute.IsSeeded)));
        Assert.Equal(10, Assert.Single(database.ReadMinutes(Noon, Noon.AddHours(1))).Busy);
        // It is known already, or measured: nothing new is filled in.
        Assert.Equal(0, database.Oracle.Add([Cpu(1, 99), Cpu(2, 43)]));
        Assert.Equal([40.0, 10, 43], database.ReadSeededMinutes(Noon, Noon.AddHours(1)).Select(minute => minute.Busy));
        Assert.Equal(2, database.Oracle.CountUnseen(Noon));
    }

    [Fact]
    public void Points_survive_a_restart_and_end_after_eight_days()
    {
        using (var database = Open())
            database.Oracle.Add([Cpu(0, 40), new OraclePoint(OracleMetric.Memory, MinuteAt(0), 30)]);
        using (var database = Open())
        {
            Assert.Equal(2, database.Oracle.Read(Noon).Count);
            var minute = Assert.Single(database.ReadSeededMinutes(Noon, Noon.AddHours(1)));
            Assert.Equal((40, 40, 30, 0), (minute.Busy, minute.Own, minute.Memory, minute.Foreign));
            database.CleanUp(Noon.AddDays(7.9));
            Assert.Equal(2, database.Oracle.Read(Noon).Count);
            database.CleanUp(Noon.AddDays(8.1));
            Assert.Empty(database.Oracle.Read(Noon));
        }
    }

    [Fact]
    public void A_clock_that_is_a_month_ahead_costs_two_hours_of_points()
    {
        using var database = Open();
        database.Oracle.Add([.. Enumerable.Range(0, 1000).Select(minute => Cpu(minute, 40))]);

        database.CleanUp(Noon.AddDays(30));

        Assert.Equal((400, MinuteAt(600)), (database.Oracle.Read(Noon).Count, database.Oracle.Read(Noon)[0].Minute));
    }

    [Fact]
    public void A_file_with_points_is_sound_and_damaged_cells_are_left_out()
    {
        using (var database = Open())
            database.Oracle.Add([Cpu(0, 40), Cpu(1, 41)]);
        using (var connection = SqliteFile.Open(Path))
            SqliteFile.Execute(connection, "UPDATE oracle_points SET value = 'x' WHERE value = 40");

        Assert.Null(SampleDatabase.Check(Path));
        using var again = Open();
        Assert.Equal(41, Assert.Single(again.Oracle.Read(Noon)).Value);
        Assert.Equal(41, Assert.Single(again.ReadSeededMinutes(Noon, Noon.AddHours(1))).Busy);
    }

    private SampleDatabase Open()
    {
        SqliteFile.Prepare(Path);
        return new SampleDatabase(Path);
    }

    private static void Measure(SampleDatabase database, int minute, double busy)
    {
        for (var second = 5; second <= 60; second += 5)
            database.Add(
                new Sample(Noon.AddMinutes(minute).AddSeconds(second), TimeSpan.FromSeconds(5), 2,
                    new CpuReading(Percent.Of(busy), Percent.Of(busy), Percent.Zero, Percent.Zero, Percent.Zero), null, null, null), null);
        database.ReadMinutes(Noon, Noon);
    }

    private static OraclePoint Cpu(int minute, double value) => new(OracleMetric.Cpu, MinuteAt(minute), value);

    private static long MinuteAt(int minute) => Noon.ToUnixTimeSeconds() / 60 + minute;
}
