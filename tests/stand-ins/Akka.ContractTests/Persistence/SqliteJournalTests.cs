using System.Text;
using Akka.Actor;
using Akka.Hosting;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Persistence.Sql.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Akka.ContractTests.Persistence;

/// <summary>What stands in the database, and what an actor meets when the database or its content fails.</summary>
public sealed class SqliteJournalTests : IAsyncLifetime
{
    private readonly JournalFixture _journal = new();
    private IHost _host = null!;

    public async Task InitializeAsync() => _host = await _journal.Start();

    public async Task DisposeAsync()
    {
        await _host.StopAndDispose();
        _journal.Dispose();
    }

    private IActorRef New(string id) => _host.System().ActorOf(Ledger.For(id));

    private async Task Restart()
    {
        await _host.StopAndDispose();
        _host = await _journal.Start();
    }

    [Fact]
    public async Task Events_and_snapshots_survive_the_actor_system()
    {
        var ledger = New("survivor");
        await ledger.Answer(new Ledger.Persist("a"));
        await ledger.Answer(new Ledger.Snapshot());
        await ledger.Answer(new Ledger.Persist("b"));
        await Restart();
        Assert.Equal(["offered @1", "replayed b@2", "recovered @2"], (await New("survivor").State()).Met);
    }

    [Fact]
    public async Task The_tables_are_those_of_the_documented_format()
    {
        await New("tables").Answer(new Ledger.Persist("a"));
        await New("tables-2").Answer(new Ledger.Snapshot());

        Assert.Equal(
            [
                "ordering INTEGER 1 1", "created INTEGER 1 0", "deleted Bit 1 0", "persistence_id NVarChar(255) 1 0",
                "sequence_number INTEGER 1 0", "message VarBinary 1 0", "manifest NVarChar(500) 0 0",
                "identifier INTEGER 0 0", "writer_uuid NVarChar(128) 0 0",
            ],
            Columns("journal"));
        Assert.Equal(
            ["ordering_id INTEGER 1 1", "tag NVarChar(64) 1 2", "sequence_nr INTEGER 1 0", "persistence_id NVarChar(255) 1 0"],
            Columns("tags").OrderBy(c => Array.IndexOf(["ordering_id", "tag", "sequence_nr", "persistence_id"], c.Split(' ')[0])));
        Assert.Equal(
            ["created", "manifest", "persistence_id", "sequence_number", "serializer_id", "snapshot"],
            Columns("snapshot").Select(c => c.Split(' ')[0]).Order());
        Assert.Equal(
            [
                "journal_created_idx", "journal_sequence_number_idx", "journal_uq", "snapshot_created_idx",
                "snapshot_sequence_number_idx", "tags_persistence_id_sequence_nr_idx", "tags_tag_idx",
            ],
            _journal.Query("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name").Select(r => r[0]));
        Assert.Equal(
            1L, _journal.Query("SELECT count(*) FROM sqlite_master WHERE name = 'journal' AND upper(sql) LIKE '%AUTOINCREMENT%'")[0][0]);

        // linq2db 5 declares a long as BigInt, linq2db 6 as INTEGER: the same to SQLite.
        IEnumerable<string> Columns(string table) =>
            _journal.Query($"SELECT name, replace(type, 'BigInt', 'INTEGER'), \"notnull\", pk FROM pragma_table_info('{table}')")
                .Select(r => string.Join(' ', r));
    }

    [Fact]
    public async Task A_row_has_the_bytes_manifest_and_id_of_the_serializer()
    {
        var before = DateTime.UtcNow.Ticks;
        await New("row").Answer(new Ledger.Persist("a"));
        var row = _journal.Query(
            "SELECT deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid, created FROM journal").Single();
        Assert.Equal([0L, "row", 1L, "happened.v1", 4711L], [row[0], row[1], row[2], row[4], row[5]]);
        Assert.Equal("a", Encoding.UTF8.GetString((byte[])row[3]!));
        Assert.Matches("^[0-9a-f]{32}$", (string)row[6]!);
        Assert.InRange((long)row[7]!, before, DateTime.UtcNow.Ticks);
    }

    [Fact]
    public async Task A_snapshot_row_is_replaced_by_one_of_the_same_number()
    {
        var ledger = New("upsert");
        await ledger.Answer(new Ledger.Persist("a"));
        await ledger.Answer(new Ledger.Snapshot());
        await ledger.Answer(new Ledger.Snapshot());
        var row = _journal.Query("SELECT persistence_id, sequence_number, snapshot, manifest, serializer_id FROM snapshot").Single();
        Assert.Equal(["upsert", 1L, "total.v1", 4711L], [row[0], row[1], row[3], row[4]]);
        Assert.Equal("a", Encoding.UTF8.GetString((byte[])row[2]!));
    }

    [Fact]
    public async Task Deletion_keeps_the_highest_row_and_marks_it()
    {
        var ledger = New("kept");
        ledger.TellAll(new Ledger.Persist("a", "b", "c"));
        await ledger.Answer(new Ledger.Delete(2));
        Assert.Equal([[2L, 1L], [3L, 0L]], _journal.Query("SELECT sequence_number, deleted FROM journal ORDER BY sequence_number"));
        await ledger.Answer(new Ledger.Delete(long.MaxValue));
        Assert.Equal([[3L, 1L]], _journal.Query("SELECT sequence_number, deleted FROM journal ORDER BY sequence_number"));
    }

    [Fact]
    public async Task A_tagged_event_is_stored_without_its_tags_and_they_beside_it()
    {
        var tagging = _host.System().ActorOf(Props.Create(() => new Tagging()));
        Assert.Equal("done", await tagging.Answer("a"));
        var (ordering, manifest) = _journal.Query("SELECT ordering, manifest FROM journal").Select(r => (r[0], r[1])).Single();
        Assert.Equal("happened.v1", manifest);
        Assert.Equal(
            [[ordering, "blue", 1L, "tagging"], [ordering, "red", 1L, "tagging"]],
            _journal.Query("SELECT ordering_id, tag, sequence_nr, persistence_id FROM tags ORDER BY tag"));
    }

    [Fact]
    public async Task A_journal_that_another_wrote_is_read()
    {
        await New("other").State();
        _journal.Query(
            """
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid) VALUES
              (638000000000000000, 1, 'written', 1, CAST('a' AS BLOB), 'happened.v1', 4711, '0123456789abcdef0123456789abcdef'),
              (638000000000000000, 0, 'written', 2, CAST('b' AS BLOB), 'happened.v1', 4711, '0123456789abcdef0123456789abcdef'),
              (638000000000000000, 0, 'written', 4, CAST('d' AS BLOB), 'happened.v1', 4711, '0123456789abcdef0123456789abcdef')
            """);
        Assert.Equal(["replayed b@2", "replayed d@4", "recovered @4"], (await New("written").State()).Met);
    }

    [Fact]
    public async Task An_event_that_cannot_be_serialized_is_rejected_and_leaves_a_gap()
    {
        var ledger = New("rejects");
        ledger.TellAll(new Ledger.Persist("a"), new Ledger.PersistUnwritable("x"), new Ledger.Persist("b"));
        Assert.Equal(
            ["recovered @0", "asked @0", "stored a@1", "rejected 2", "asked @2", "stored b@3"], (await ledger.State()).Met);
        await Restart();
        Assert.Equal(["replayed a@1", "replayed b@3", "recovered @3"], (await New("rejects").State()).Met);
    }

    [Fact]
    public async Task Events_persisted_together_are_rejected_together()
    {
        var ledger = New("together");
        ledger.TellAll(new Ledger.PersistTogetherUnwritable("a", "x"), new Ledger.Persist("b"));
        Assert.Equal(["recovered @0", "rejected 1", "rejected 2", "asked @2", "stored b@3"], (await ledger.State()).Met);
        await Restart();
        Assert.Equal(["replayed b@3", "recovered @3"], (await New("together").State()).Met);
    }

    [Fact]
    public async Task A_write_that_fails_is_told_and_stops_the_actor()
    {
        await New("other").Answer(new Ledger.Persist("a"));
        _journal.Query("CREATE TRIGGER broken BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END");
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var failing = _host.System().ActorOf(Props.Create(() => new Failing("failing", told)));
        failing.Tell("a");
        failing.Tell("b");
        Assert.Equal("persist failed: a 1", await told.Task.WaitAsync(LedgerQuestions.Patience));
        await _host.System().End(failing);

        _journal.Query("DROP TRIGGER broken");
        Assert.Equal(["recovered @0"], (await New("failing").State()).Met);
        Assert.Equal(new Happened("c"), await New("again").Answer(new Ledger.Persist("c")));
    }

    [Fact]
    public async Task A_write_that_takes_too_long_has_failed()
    {
        using var host = await JournalFixture.StartHost(builder => JournalFixture.WithStoredSerializer(builder)
            .AddHocon("akka.persistence.journal-plugin-fallback.circuit-breaker.call-timeout = 500ms", HoconAddMode.Prepend)
            .WithSqlPersistence(_journal.ConnectionString, "SQLite.MS"));
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var failing = host.System().ActorOf(Props.Create(() => new Failing("slow", told)));
        Assert.Equal("ready", await failing.Ask<string>(1, LedgerQuestions.Patience));
        using (var other = new SqliteConnection(_journal.ConnectionString))
        {
            other.Open();
            using var locking = other.BeginTransaction();
            failing.Tell("a");
            Assert.Equal("persist failed: a 1", await told.Task.WaitAsync(LedgerQuestions.Patience));
            await host.System().End(failing);
        }
        await host.StopAsync();
    }

    [Fact]
    public async Task A_recovery_handler_that_throws_is_told_and_stops_the_actor()
    {
        await New("poisoned").Answer(new Ledger.Persist("poison"));
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var failing = _host.System().ActorOf(Props.Create(() => new Failing("poisoned", told)));
        Assert.Equal("recovery failed: Happened", await told.Task.WaitAsync(LedgerQuestions.Patience));
        await _host.System().End(failing);
    }

    [Fact]
    public async Task An_event_with_an_unknown_manifest_fails_the_recovery()
    {
        await New("unknown").Answer(new Ledger.Persist("a"));
        _journal.Query("UPDATE journal SET manifest = 'happened.v9'");
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var failing = _host.System().ActorOf(Props.Create(() => new Failing("unknown", told)));
        Assert.Equal("recovery failed: ", await told.Task.WaitAsync(LedgerQuestions.Patience));
        await _host.System().End(failing);
    }

    [Fact]
    public async Task A_database_that_cannot_be_opened_fails_the_recovery()
    {
        using var host = await JournalFixture.StartHost(builder => JournalFixture.WithStoredSerializer(builder)
            .AddHocon("akka.persistence.journal-plugin-fallback.recovery-event-timeout = 2s", HoconAddMode.Prepend)
            .WithSqlPersistence($"Data Source={_journal.File}.missing/journal.db", "SQLite.MS"));
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var failing = host.System().ActorOf(Props.Create(() => new Failing("nowhere", told)));
        Assert.Equal("recovery failed: ", await told.Task.WaitAsync(LedgerQuestions.Patience));
        await host.System().End(failing);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_failed_snapshot_is_told_and_the_actor_goes_on()
    {
        await New("other").Answer(new Ledger.Snapshot());
        _journal.Query("CREATE TRIGGER broken BEFORE INSERT ON snapshot BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END");
        var ledger = New("no-snapshot");
        await ledger.Answer(new Ledger.Persist("a"));
        var failure = Assert.IsType<SaveSnapshotFailure>(await ledger.Answer(new Ledger.Snapshot()));
        Assert.Equal(1, failure.Metadata.SequenceNr);
        Assert.Equal(new Happened("b"), await ledger.Answer(new Ledger.Persist("b")));
    }

    [Fact]
    public async Task Thousands_of_events_are_told_again_in_order()
    {
        const int Events = 5000;
        await New("other").State();
        _journal.Query(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Events})
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
            SELECT 638000000000000000, 0, 'many', i, CAST(i AS BLOB), 'happened.v1', 4711, '0123456789abcdef0123456789abcdef' FROM n
            """);
        var state = await New("many").State();
        Assert.Equal(Enumerable.Range(1, Events).Select(i => $"{i}"), state.Seen);
        Assert.Equal(Events, state.LastSequenceNr);
    }

    [Fact]
    public async Task The_plugin_leaves_the_journal_mode_of_the_file_alone()
    {
        await _host.StopAndDispose();
        SqliteConnection.ClearAllPools();
        _journal.Query("PRAGMA journal_mode = WAL");
        _host = await _journal.Start();
        await New("wal").Answer(new Ledger.Persist("a"));
        Assert.Equal("wal", _journal.Query("PRAGMA journal_mode")[0][0]);
    }

    [Fact]
    public async Task An_actor_can_name_another_journal()
    {
        using var host = await JournalFixture.StartHost(builder => JournalFixture.WithStoredSerializer(builder)
            .WithSqlPersistence(_journal.ConnectionString, "SQLite.MS")
            .WithSqlPersistence($"Data Source={_journal.File}.second", "SQLite.MS", pluginIdentifier: "second", isDefaultPlugin: false));
        var named = host.System().ActorOf(Props.Create(() => new Named()));
        Assert.Equal("stored", await named.Answer("a"));
        Assert.True(System.IO.File.Exists(_journal.File + ".second"));
        await host.StopAsync();
    }

    private sealed class Tagging : ReceivePersistentActor
    {
        public Tagging() => Command<string>(c => Persist(
            new Tagged(new Happened(c), new[] { "red", "blue" }), _ => Sender.Tell("done")));

        public override string PersistenceId => "tagging";
    }

    private sealed class Named : ReceivePersistentActor
    {
        public Named()
        {
            JournalPluginId = "akka.persistence.journal.second";
            SnapshotPluginId = "akka.persistence.snapshot-store.second";
            Command<string>(c => Persist(new Happened(c), _ => Sender.Tell("stored")));
        }

        public override string PersistenceId => "named";
    }

    private sealed class Failing : ReceivePersistentActor
    {
        private readonly TaskCompletionSource<string> _told;

        public Failing(string persistenceId, TaskCompletionSource<string> told)
        {
            PersistenceId = persistenceId;
            _told = told;
            Recover<Happened>(_ => throw new InvalidOperationException("cannot bear it"));
            Command<string>(c => Persist(new Happened(c), _ => _told.TrySetResult("stored")));
            Command<int>(_ => Sender.Tell("ready"));
        }

        public override string PersistenceId { get; }

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
            _told.TrySetResult($"persist failed: {((Happened)@event).What} {sequenceNr}");

        protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
            _told.TrySetResult($"recovery failed: {message?.GetType().Name}");
    }
}
