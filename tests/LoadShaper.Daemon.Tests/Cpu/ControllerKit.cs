using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Domain;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Daemon.Tests.Cpu;

/// <summary>Virtual time and a real journal: the plugin, the wire format, the file.</summary>
public abstract class ControllerKit : TestKit
{
    protected static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly SqliteConnection _aside;

    protected ControllerKit()
        : this(System.IO.Directory.CreateTempSubdirectory("loadshaper-controller-").FullName)
    {
    }

    private ControllerKit(string directory)
        : base(Config(Path.Combine(directory, "journal.db")))
    {
        Directory = directory;
        Journal = new JournalFile(JournalPath);
        Journal.Prepare(Noon);
        _aside = SqliteFile.Open(JournalPath);
        (Workers, Status, Memory, Network) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        Store = Sys.ActorOf(Props.Create(() => new History()));
    }

    protected string Directory { get; }

    protected string JournalPath => Path.Combine(Directory, "journal.db");

    private protected JournalFile Journal { get; }

    protected TestProbe Workers { get; }

    protected TestProbe Status { get; }

    protected TestProbe Memory { get; }

    protected TestProbe Network { get; }

    protected IActorRef Store { get; set; }

    protected TestScheduler Time => (TestScheduler)Sys.Scheduler;

    private protected ControllerSetup Setup(JournalLoss? loss = null) => new(
        new CpuSettings { SlotsBetweenSnapshots = 2 }, new GateSettings(), ProtectWith.Cpu, ShapeFamily.E2, new SamplingSettings(),
        TimeSpan.FromDays(35), Journal, loss, Workers, Store, Status, new OtherLevers(Memory, Network));

    protected static DaemonStarted Started(DateTimeOffset at) => new(at, "1", "test", 2, new Dictionary<string, string> { ["A"] = "b" });

    /// <summary>An idle machine; with <paramref name="foreign"/> at 95 the gate is closed.</summary>
    protected static Sample Sample(DateTimeOffset at, double foreign = 2) => new(
        at, TimeSpan.FromSeconds(5), 2,
        new CpuReading(Percent.Of(foreign), Percent.Of(foreign), Percent.Zero, Percent.Zero, Percent.Zero),
        new MemoryReading(ByteSize.FromMiB(4096), ByteSize.FromMiB(3000), ByteSize.FromMiB(3200), ByteSize.Zero, ByteSize.FromMiB(300), ByteSize.Zero, ByteSize.Zero),
        null, new LoadReading(0.1, 0.1, 0.1, 0.1));

    /// <summary>What stands in the journal; nothing while there is none.</summary>
    protected IReadOnlyList<IEvent> Journaled()
    {
        try
        {
            using var reader = JournalReader.Open(JournalPath);
            return reader.Read().Select(entry => entry.Event!).ToList();
        }
        catch (JournalUnreadableException)
        {
            return [];
        }
    }

    protected string? Ask(string sql) => SqliteFile.Scalar(_aside, sql);

    protected void Run(string sql) => SqliteFile.Execute(_aside, sql);

    /// <summary>From now on each write of an event fails in SQLite itself, and reading does not: what a full disk is like.</summary>
    protected void BreakWriting() => Run("CREATE TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END");

    protected void MendWriting() => Run("DROP TRIGGER full");

    private protected CpuWorkerGroup.SetPlan ExpectPlan() => (CpuWorkerGroup.SetPlan)Workers.FishForMessage(m => m is CpuWorkerGroup.SetPlan);

    private protected void ExpectIdle() => Workers.FishForMessage(m => m is CpuWorkerGroup.Idle);

    /// <summary>Returns when the actor has done all that it was told before.</summary>
    protected void Settle(IActorRef actor)
    {
        var probe = CreateTestProbe();
        actor.Tell(new Identify(null), probe);
        probe.ExpectMsg<ActorIdentity>();
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _aside.Dispose();
        Journal.Dispose();
        if (System.IO.Directory.Exists(Directory))
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    // Events are serialized by what is shipped.
    private static Config Config(string path)
    {
        var connection = SqliteFile.ConnectionString(path);
        return ConfigurationFactory.ParseString($$"""
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            akka.loglevel = WARNING
            akka.test.default-timeout = 60s
            akka.test.single-expect-default = 60s
            akka.test.filter-leeway = 60s
            akka.persistence.journal.plugin = "akka.persistence.journal.sql"
            akka.persistence.journal.sql {
              class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
              connection-string = "{{connection}}"
              provider-name = "SQLite.MS"
              auto-initialize = on
            }
            akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.sql"
            akka.persistence.snapshot-store.sql {
              class = "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore, Akka.Persistence.Sql"
              connection-string = "{{connection}}"
              provider-name = "SQLite.MS"
              auto-initialize = on
            }
            """).WithFallback(DaemonHost.AkkaConf());
    }

    /// <summary>A parent that passes everything it receives to the test.</summary>
    protected sealed class Parent : ReceiveActor
    {
        public Parent(IActorRef probe, Props child)
        {
            ReceiveAny(message => probe.Tell(message));
            probe.Tell(Context.ActorOf(child));
        }
    }

    /// <summary>A sample store without a sample.</summary>
    private sealed class History : ReceiveActor
    {
        public History() => Receive<MinutesWanted>(_ => Sender.Tell(MinuteHistory.Empty));
    }
}
