using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Daemon.Tests.Journal;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;
using LoadShaper.Journal;
using Xunit;

namespace LoadShaper.Daemon.Tests.Sampling;

/// <summary>A sample database with damaged cells or bytes: the store answers, goes on storing, and reports what it leaves out.</summary>
public sealed class SampleDamageTests : TestKit
{
    private const int Sampled = 150;
    private const int Minutes = 30;

    // Later than any clock that the test runs under: retention leaves these samples alone.
    private static readonly DateTimeOffset Noon = new(2126, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("loadshaper-store-").FullName;

    public SampleDamageTests()
        : base("""
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            akka.loglevel = WARNING
            akka.test.default-timeout = 30s
            akka.test.single-expect-default = 30s
            akka.test.filter-leeway = 30s
            """)
    {
    }

    private string Database => Path.Combine(_directory, "metrics.db");

    private TestScheduler Time => (TestScheduler)Sys.Scheduler;

    [Theory]
    [InlineData("cpu_busy", "'text'")]
    [InlineData("cpu_busy", "1e300")]
    [InlineData("cpu_busy", "-1")]
    [InlineData("cpu_own", "x'00'")]
    [InlineData("seen_sec", "'text'")]
    [InlineData("seen_sec", "1e300")]
    public void A_minute_with_a_damaged_cell_is_left_out_and_reported(string column, string value)
    {
        Build();
        Run($"UPDATE minutes SET {column} = {value} WHERE minute = {Noon.ToUnixTimeSeconds() / 60 + 3}");
        var store = Start();

        IReadOnlyList<MinuteMean> minutes = [];
        EventFilter.Error(contains: "Cannot read 1 stored minutes").ExpectOne(() => minutes = Ask(store));

        Assert.Equal(Minutes - 1, minutes.Count);
        Assert.DoesNotContain(minutes, minute => minute.Start == Noon.AddMinutes(3));
    }

    [Theory]
    [InlineData("cpu_busy = 'text'")]
    [InlineData("cpu_own = NULL")]
    [InlineData("cpu_busy_without_steal = x'00'")]
    [InlineData("seconds = 'text'")]
    [InlineData("memory = 'text', network = 'text', load = 'text'")]
    public void A_sample_with_a_damaged_cell_does_not_keep_its_minute_from_being_stored(string damage)
    {
        Build();
        Run($"DELETE FROM minutes; UPDATE samples SET {damage} WHERE at = (SELECT min(at) FROM samples)");
        var store = Start();

        Assert.Equal(Minutes, Ask(store).Count);
        Store(store);
    }

    [Fact]
    public void After_any_damaged_byte_the_store_answers_and_stores()
    {
        Build();
        var sound = File.ReadAllBytes(Database);
        var failures = new List<string>();
        foreach (var (offset, value) in Damage.Of(sound, Sampled))
        {
            try
            {
                foreach (var file in System.IO.Directory.GetFiles(_directory))
                    File.Delete(file);
                var damaged = (byte[])sound.Clone();
                damaged[offset] = value;
                File.WriteAllBytes(Database, damaged);
                var store = Watch(Start());
                var minutes = Ask(store);
                Assert.All(minutes, minute => Assert.InRange(minute.Busy, 0, 100));
                Store(store);
                if (minutes.Count < Minutes - 1 && SqliteFile.FindAside(Database).Count == 0)
                    failures.Add($"byte {offset} = {value}: {minutes.Count} minutes of {Minutes}, and the file was kept");
                store.Tell(PoisonPill.Instance);
                ExpectTerminated(store);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failures.Add($"byte {offset} = {value}: {e}");
            }
        }
        Assert.True(failures.Count == 0, $"{failures.Count} failures, the first:\n{string.Join('\n', failures.Take(5))}");
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    private IActorRef Start()
    {
        var (path, status) = (Database, CreateTestProbe());
        return Sys.ActorOf(Props.Create(() => new SampleStore(path, status)));
    }

    private static IReadOnlyList<MinuteMean> Ask(IActorRef store) =>
        store.Ask<MinuteHistory>(new MinutesWanted(Noon.AddDays(-1), Noon.AddDays(1)), TimeSpan.FromSeconds(30)).Result.Minutes;

    // A file found damaged in use is replaced after a delay.
    private void Store(IActorRef store) => Until.True(() =>
    {
        store.Tell(Sample(Noon.AddHours(2)));
        if (Ask(store) is not null && Stored() > 0)
            return true;
        Time.Advance(TimeSpan.FromMinutes(5));
        return false;
    });

    private long Stored()
    {
        using var connection = SqliteFile.Open(Database);
        try
        {
            return long.Parse(SqliteFile.Scalar(connection, $"SELECT count(*) FROM samples WHERE at = {Noon.AddHours(2).ToUnixTimeMilliseconds()}")!, System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            return 0;
        }
    }

    private void Build()
    {
        Assert.Null(SampleDatabase.Check(Database));
        using (var database = new SampleDatabase(Database))
        {
            for (var at = Noon.AddSeconds(20); at <= Noon.AddMinutes(Minutes); at = at.AddSeconds(20))
                database.Add(Sample(at), 40);
            Assert.Equal(Minutes, database.ReadMinutes(Noon, Noon.AddDays(1)).Count);
        }
        Run("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private void Run(string sql)
    {
        using var connection = SqliteFile.Open(Database);
        SqliteFile.Execute(connection, sql);
    }

    private static Sample Sample(DateTimeOffset at) => new(
        at, TimeSpan.FromSeconds(20), 2,
        new CpuReading(Percent.Of(12), Percent.Of(12), Percent.Of(3), Percent.Zero, Percent.Zero), null, null, new LoadReading(0.1, 0.1, 0.1, 0.1));
}
