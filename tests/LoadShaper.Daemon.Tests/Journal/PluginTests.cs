using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Journal;
using Xunit;

namespace LoadShaper.Daemon.Tests.Journal;

/// <summary>
/// What LoadShaper relies on in the files that Akka.Persistence.Sql writes: <see cref="JournalReader"/> and
/// <see cref="JournalFile"/> read and create them without Akka.
/// </summary>
public sealed class PluginTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-plugin-").FullName;

    private string Database => Path.Combine(_directory, "journal.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_tables_that_the_plugin_creates_are_those_that_the_daemon_creates()
    {
        await using (var plugin = await PluginHost.StartAsync(Database))
        {
            var recorder = plugin.Open();
            await PluginHost.AskAsync(recorder, new DaemonStopped(Noon, "test"));
            await PluginHost.AskAsync(recorder, new PluginHost.Save(ControllerSnapshot.Empty));
        }
        var own = Path.Combine(_directory, "own.db");
        using (var journal = new JournalFile(own))
            Assert.Null(journal.Prepare(Noon));

        Assert.Equal(TablesOf(Database), TablesOf(own));
    }

    [Fact]
    public async Task A_row_has_the_bytes_manifest_and_id_of_the_daemons_serializer()
    {
        Prepare();
        var stopped = new DaemonStopped(Noon, "test");
        await using var plugin = await PluginHost.StartAsync(Database, createTables: false);
        await PluginHost.AskAsync(plugin.Open(), stopped);

        var row = Query("SELECT persistence_id, sequence_number, deleted, manifest, identifier, hex(message), writer_uuid FROM journal").Single();

        Assert.Equal($"loadshaper|1|0|daemon-stopped.1|{EventWire.SerializerId}|{Convert.ToHexString(EventWire.Write(stopped))}", row[..row.LastIndexOf('|')]);
        Assert.Matches("^[0-9a-f]{32}$", row[(row.LastIndexOf('|') + 1)..]);
    }

    [Fact]
    public async Task Deletion_keeps_the_highest_row_and_marks_it_and_its_number_is_not_given_again()
    {
        Prepare();
        await using (var plugin = await PluginHost.StartAsync(Database, createTables: false))
        {
            var recorder = plugin.Open();
            for (var i = 1; i <= 3; i++)
                await PluginHost.AskAsync(recorder, new DaemonStopped(Noon, $"{i}"));

            Assert.Equal("deleted to 2", await PluginHost.AskAsync(recorder, new PluginHost.Delete(2)));
            Assert.Equal(["2|1", "3|0"], Query("SELECT sequence_number, deleted FROM journal ORDER BY sequence_number"));
            await PluginHost.AskAsync(recorder, new PluginHost.Delete(3));
            Assert.Equal(["3|1"], Query("SELECT sequence_number, deleted FROM journal ORDER BY sequence_number"));
        }

        await using var again = await PluginHost.StartAsync(Database, createTables: false);
        Assert.Equal("stored 4", await PluginHost.AskAsync(again.Open(), new DaemonStopped(Noon, "4")));
        // The row that only keeps the number is no event and no damage.
        using var reader = JournalReader.Open(Database);
        Assert.Equal(("4", null), Assert.Single(reader.Read()) is { Event: DaemonStopped stopped } entry ? (stopped.Reason, entry.Problem) : default);
        using var journal = new JournalFile(Database);
        Assert.Null(journal.Prepare(Noon));
    }

    [Fact]
    public async Task An_event_that_cannot_be_serialized_is_rejected_and_leaves_a_gap()
    {
        Prepare();
        await using var plugin = await PluginHost.StartAsync(Database, createTables: false);
        var recorder = plugin.Open();

        Assert.Equal("stored 1", await PluginHost.AskAsync(recorder, new DaemonStopped(Noon, "1")));
        Assert.Equal("rejected 2", await PluginHost.AskAsync(recorder, new WithoutFormat(Noon)));
        Assert.Equal("stored 3", await PluginHost.AskAsync(recorder, new DaemonStopped(Noon, "3")));
        Assert.Equal("1,3 of 3", await PluginHost.AskAsync(plugin.Open(), new PluginHost.Recovered()));
    }

    [Fact]
    public async Task A_write_that_takes_too_long_fails_the_persist()
    {
        Prepare();
        await using var plugin = await PluginHost.StartAsync(
            Database, createTables: false, "akka.persistence.journal-plugin-fallback.circuit-breaker.call-timeout = 500ms");
        var recorder = plugin.Open();
        await PluginHost.AskAsync(recorder, new PluginHost.Recovered());
        using var other = SqliteFile.Open(Database);
        using var locking = other.BeginTransaction();

        Assert.Equal("failed 1", await PluginHost.AskAsync(recorder, new DaemonStopped(Noon, "1")));
    }

    [Fact]
    public async Task The_plugin_leaves_WAL_mode_alone()
    {
        Prepare();
        await using (var plugin = await PluginHost.StartAsync(Database))
            await PluginHost.AskAsync(plugin.Open(), new DaemonStopped(Noon, "1"));

        Assert.Equal(["wal"], Query("PRAGMA journal_mode"));
    }

    private void Prepare()
    {
        using var journal = new JournalFile(Database);
        Assert.Null(journal.Prepare(Noon));
    }

    // linq2db 5 declares a long as BigInt, linq2db 6 as INTEGER: the same to SQLite.
    private static List<string> TablesOf(string path) =>
    [
        .. Query(path, """
            SELECT m.name, c.name, replace(c.type, 'BigInt', 'INTEGER'), c."notnull", c.pk
            FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.name
            """),
        .. Query(path, """
            SELECT m.name, i.name, i."unique", i.origin, (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
            FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, i.name
            """),
        .. Query(path, "SELECT name, upper(sql) LIKE '%AUTOINCREMENT%' FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"),
    ];

    private List<string> Query(string sql) => Query(Database, sql);

    private static List<string> Query(string path, string sql)
    {
        using var connection = SqliteFile.Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)));
        return rows;
    }

    private sealed record WithoutFormat(DateTimeOffset At) : IEvent;
}
