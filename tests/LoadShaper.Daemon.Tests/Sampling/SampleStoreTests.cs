using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;
using LoadShaper.Journal;
using Xunit;

namespace LoadShaper.Daemon.Tests.Sampling;

/// <summary>Virtual time over a real file.</summary>
public sealed class SampleStoreTests : TestKit
{
    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("loadshaper-store-").FullName;
    private readonly IActorRef _store;

    public SampleStoreTests()
        : base("""
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            akka.test.single-expect-default = 10s
            """)
    {
        var path = Database;
        _store = Sys.ActorOf(Props.Create(() => new SampleStore(path, TestActor)));
        ExpectMsg<StoreStatus>();
    }

    private string Database => Path.Combine(_directory, "metrics.db");

    private TestScheduler Time => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Samples_are_stored_and_counted()
    {
        Store();
        Assert.Equal(1, ExpectMsg<StoreStatus>().SampleCount);
    }

    [Fact]
    public void A_sample_of_a_clock_that_is_not_set_is_not_stored()
    {
        _store.Tell(Sample(DateTimeOffset.UnixEpoch.AddHours(1)));
        Store();
        Assert.Equal(1, ExpectMsg<StoreStatus>().SampleCount);
    }

    [Fact]
    public void Minutes_that_a_fast_clock_stored_are_not_given_out()
    {
        _store.Tell(Sample(Time.Now.AddDays(2)));
        _store.Tell(Sample(Time.Now));
        _store.Tell(new MinutesWanted(Time.Now.AddDays(-7), Time.Now), TestActor);

        var minutes = FishForMessage<MinuteHistory>(_ => true).Minutes;
        Assert.All(minutes, minute => Assert.True(minute.Start <= Time.Now));
        Assert.Single(minutes);
    }

    [Fact]
    public void A_directory_that_vanished_is_reported_and_when_it_is_back_samples_are_stored_again()
    {
        Store();
        ExpectMsg<StoreStatus>();
        System.IO.Directory.Delete(_directory, recursive: true);

        Store();
        Assert.Contains("is gone", ExpectMsg<StoreStatus>().Problem);
        Pass(TimeSpan.FromSeconds(5));
        Assert.NotNull(ExpectMsg<StoreStatus>().Problem);

        System.IO.Directory.CreateDirectory(_directory);
        Pass(TimeSpan.FromSeconds(10));
        Assert.Null(ExpectMsg<StoreStatus>().Problem);
        Store();
        Assert.Equal(1, ExpectMsg<StoreStatus>().SampleCount);
    }

    [Fact]
    public void A_full_disk_is_reported_and_when_there_is_room_samples_are_stored_again()
    {
        using (var aside = SqliteFile.Open(Database))
        {
            SqliteFile.Execute(aside, "CREATE TRIGGER full BEFORE INSERT ON samples BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END");
            Store();
            Assert.Contains("full", ExpectMsg<StoreStatus>().Problem);
            SqliteFile.Execute(aside, "DROP TRIGGER full");
        }

        Pass(TimeSpan.FromSeconds(5));
        Assert.Null(ExpectMsg<StoreStatus>().Problem);
        Store();
        Assert.Equal(1, ExpectMsg<StoreStatus>().SampleCount);
    }

    [Fact]
    public void A_damaged_database_is_moved_aside_and_a_new_one_begun()
    {
        Watch(_store);
        _store.Tell(PoisonPill.Instance);
        ExpectTerminated(_store);
        File.WriteAllText(Database, new string('x', 8192));

        var path = Database;
        var store = Sys.ActorOf(Props.Create(() => new SampleStore(path, TestActor)));
        Assert.Null(ExpectMsg<StoreStatus>().Problem);
        store.Tell(Sample(Time.Now));

        Assert.Equal(1, ExpectMsg<StoreStatus>().SampleCount);
        Assert.Single(System.IO.Directory.GetFiles(_directory, "metrics.db.corrupt-*"), file => new FileInfo(file).Length == 8192);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        if (System.IO.Directory.Exists(_directory))
            System.IO.Directory.Delete(_directory, recursive: true);
    }

    // The store says what is wrong before it sets its alarm: time is moved when it waits for it.
    private void Pass(TimeSpan time)
    {
        var probe = CreateTestProbe();
        _store.Tell(new Identify(null), probe);
        probe.ExpectMsg<ActorIdentity>();
        Time.Advance(time);
    }

    private void Store() => _store.Tell(Sample(Time.Now));

    private static Sample Sample(DateTimeOffset at) => new(
        at, TimeSpan.FromSeconds(60), 2,
        new CpuReading(Percent.Of(5), Percent.Of(5), Percent.Zero, Percent.Zero, Percent.Zero), null, null, null);
}
