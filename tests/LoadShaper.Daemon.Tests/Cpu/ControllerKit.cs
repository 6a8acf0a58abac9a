using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Cpu;
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
        (Workers, Status, Turns) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        Store = Sys.ActorOf(Props.Create(() => new History()));
    }

    protected string Directory { get; }

    protected string JournalPath => Path.Combine(Directory, "journal.db");

    private protected JournalFile Journal { get; }

    protected TestProbe Workers { get; }

    protected TestProbe Status { get; }

    protected TestProbe Turns { get; }

    protected IActorRef Store { get; set; }

    protected TestScheduler Time => (TestScheduler)Sys.Scheduler;

    private protected ControllerSetup Setup(JournalLoss? loss = null) => new(
        new CpuSettings { SlotsBetweenSnapshots = 2 }, new GateSettings(), ProtectWith.Cpu, ShapeFamily.E2, new SamplingSettings(),
        TimeSpan.FromDays(35), Journal, TimeSpan.FromDays(90), loss, Workers, Store, Status, Turns);

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

    private static string Config(string path)
    {
        var connection = SqliteFile.ConnectionString(path);
        return $$"""
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            akka.loglevel = WARNING
            akka.test.default-timeout = 10s
            akka.test.single-expect-default = 10s
            akka.test.filter-leeway = 10s
            akka.actor.serializers.loadshaper = "LoadShaper.Daemon.Journal.JournalSerializer, LoadShaper.Daemon"
            akka.actor.serialization-bindings {
              "LoadShaper.Domain.IEvent, LoadShaper.Domain" = loadshaper
              "LoadShaper.Domain.Control.ControllerSnapshot, LoadShaper.Domain" = loadshaper
            }
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
            """;
    }

    /// <summary>A parent that tells the test all it hears.</summary>
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
