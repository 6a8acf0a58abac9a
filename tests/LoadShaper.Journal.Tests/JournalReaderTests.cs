using LoadShaper.Domain.Lifecycle;
using Microsoft.Data.Sqlite;
using Xunit;

namespace LoadShaper.Journal.Tests;

public sealed class JournalReaderTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-journal-").FullName;

    private string Database => Path.Combine(_directory, "journal.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Events_come_back_in_the_order_in_which_they_were_written()
    {
        Write(new DaemonStopped(Noon, "SIGTERM"), new GapSeen(Noon.AddHours(2), Noon, GapCause.Downtime));

        using var reader = JournalReader.Open(Database);

        Assert.Equal(
            [new DaemonStopped(Noon, "SIGTERM"), new GapSeen(Noon.AddHours(2), Noon, GapCause.Downtime)],
            reader.Read().Select(e => e.Event!).ToArray());
    }

    [Fact]
    public void Only_the_asked_time_is_read()
    {
        Write(new DaemonStopped(Noon, "a"), new DaemonStopped(Noon.AddHours(1), "b"), new DaemonStopped(Noon.AddHours(2), "c"));

        using var reader = JournalReader.Open(Database);

        Assert.Equal("b", Assert.IsType<DaemonStopped>(Assert.Single(reader.Read(Noon.AddMinutes(30), Noon.AddMinutes(90))).Event).Reason);
    }

    [Fact]
    public void An_unknown_manifest_is_named_and_the_rest_is_read()
    {
        Write(new DaemonStopped(Noon, "a"));
        Insert("from-the-future.9", "{}"u8.ToArray(), Noon, 2);
        Insert("daemon-stopped.1", "{ this is not JSON"u8.ToArray(), Noon, 3);
        Insert("daemon-stopped.1", EventWire.Write(new DaemonStopped(Noon, "b")), Noon, 4);

        using var reader = JournalReader.Open(Database);
        var entries = reader.Read().ToArray();

        Assert.Equal(4, entries.Length);
        Assert.Contains("from-the-future.9", entries[1].Problem, StringComparison.Ordinal);
        Assert.Contains("daemon-stopped.1", entries[2].Problem, StringComparison.Ordinal);
        Assert.Equal(new DaemonStopped(Noon, "b"), entries[3].Event);
    }

    [Theory]
    [InlineData("created", "NULL", "created is NULL, expected an integer")]
    [InlineData("created", "'text'", "created is text, expected an integer")]
    [InlineData("persistence_id", "NULL", "persistence_id is NULL, expected text")]
    [InlineData("persistence_id", "'loadshaqer'", "persistence_id is 'loadshaqer', expected 'loadshaper'")]
    [InlineData("sequence_number", "x'00'", "row 2: sequence_number is a blob, expected an integer")]
    [InlineData("message", "NULL", "message is NULL, expected a blob")]
    [InlineData("message", "1.5", "message is a real number, expected a blob")]
    [InlineData("manifest", "NULL", "manifest '' is unknown")]
    [InlineData("deleted", "2", "deleted is 2, expected 0 or 1")]
    [InlineData("deleted", "1", "it is marked as deleted, but a row before it is not")]
    public void A_damaged_cell_is_named_and_the_rest_is_read(string column, string value, string problem)
    {
        Write(new DaemonStopped(Noon, "a"), new DaemonStopped(Noon, "b"), new DaemonStopped(Noon, "c"));
        using (var connection = SqliteFile.Open(Database))
            SqliteFile.Execute(connection, "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '')");
        using (var connection = SqliteFile.Open(Database))
            SqliteFile.Execute(connection, $"UPDATE journal SET {column} = {value} WHERE ordering = 2");

        using var reader = JournalReader.Open(Database);
        var entries = reader.Read().ToArray();

        Assert.Equal([null, problem, null], entries.Select(entry => entry.Problem is { } found && found.Contains(problem, StringComparison.Ordinal) ? problem : entry.Problem));
        Assert.Equal(["a", "c"], entries.Select(entry => (entry.Event as DaemonStopped)?.Reason).OfType<string>());
        Assert.Equal(2, entries[1].Ordering);
    }

    [Fact]
    public void A_column_that_a_damaged_name_hides_is_named_once()
    {
        Write(new DaemonStopped(Noon, "a"), new DaemonStopped(Noon, "b"));
        using (var connection = SqliteFile.Open(Database))
            SqliteFile.Execute(connection, "ALTER TABLE journal RENAME COLUMN created TO creatde");

        using var reader = JournalReader.Open(Database);

        Assert.Contains("all rows from 1 on cannot be read", Assert.Single(reader.Read()).Problem);
        Assert.Null(reader.ReadLast());
    }

    [Fact]
    public void A_missing_file_is_a_clear_error()
    {
        var error = Assert.Throws<JournalUnreadableException>(() => JournalReader.Open(Database));

        Assert.Contains("does not exist", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_in_its_place_is_a_clear_error() =>
        Assert.Contains("is a directory", Assert.Throws<JournalUnreadableException>(() => JournalReader.Open(_directory)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_copy_without_its_log_is_reported_with_the_missing_file()
    {
        Assert.Null(SqliteFile.Prepare(Database));
        using (var writer = SqliteFile.Open(Database))
        {
            SqliteFile.Execute(writer, Schema);
            File.Copy(Database, Database + ".copy");
        }

        Assert.Contains("without the journal.db-wal", Assert.Throws<JournalUnreadableException>(() => JournalReader.Open(Database + ".copy")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_database_is_a_clear_error()
    {
        using (var connection = SqliteFile.Open(Database))
            SqliteFile.Execute(connection, "CREATE TABLE other (id INTEGER)");

        Assert.Contains("no table named journal", Assert.Throws<JournalUnreadableException>(() => JournalReader.Open(Database)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_a_clear_error()
    {
        File.WriteAllText(Database, new string('x', 8192));

        Assert.Contains("not a journal", Assert.Throws<JournalUnreadableException>(() => JournalReader.Open(Database)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_goes_on_while_a_writer_is_at_work()
    {
        Write(new DaemonStopped(Noon, "a"));
        using var writer = SqliteFile.Open(Database);
        SqliteFile.Execute(writer, "PRAGMA journal_mode = WAL");
        SqliteFile.Execute(writer, "BEGIN IMMEDIATE");
        Insert(writer, "daemon-stopped.1", EventWire.Write(new DaemonStopped(Noon, "b")), Noon, 2);

        using var reader = JournalReader.Open(Database);

        Assert.Single(reader.Read());
        SqliteFile.Execute(writer, "COMMIT");
        Assert.Equal(2, reader.Read().Count());
    }

    [Fact]
    public void A_damaged_page_costs_the_rows_on_it_and_no_others()
    {
        Write([.. Enumerable.Range(0, 2000).Select(i => new DaemonStopped(Noon.AddMinutes(i), $"reason {i}, so long that a page holds few of them"))]);
        using (var connection = SqliteFile.Open(Database))
            SqliteFile.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        var bytes = File.ReadAllBytes(Database);
        var page = bytes.AsSpan().IndexOf("reason 1000,"u8) / 4096;
        bytes.AsSpan(page * 4096, 4096).Fill(0xff);
        File.WriteAllBytes(Database, bytes);

        using var reader = JournalReader.Open(Database);
        var entries = reader.Read().ToArray();

        var problem = Assert.Single(entries, entry => entry.Problem is not null);
        Assert.Contains("cannot be read: ", problem.Problem, StringComparison.Ordinal);
        Assert.InRange(entries.Length, 1900, 1999);
        Assert.Equal("reason 1999, so long that a page holds few of them", Assert.IsType<DaemonStopped>(entries[^1].Event).Reason);
        Assert.DoesNotContain(entries, entry => entry.Event is DaemonStopped { Reason: "reason 1000, so long that a page holds few of them" });
    }

    [Fact]
    public void A_copy_that_was_cut_short_is_read_as_far_as_it_goes()
    {
        Write([.. Enumerable.Range(0, 2000).Select(i => new DaemonStopped(Noon.AddMinutes(i), $"reason {i}, so long that a page holds few of them"))]);
        using (var connection = SqliteFile.Open(Database))
            SqliteFile.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        File.WriteAllBytes(Database, File.ReadAllBytes(Database)[..(50 * 4096)]);

        using var reader = JournalReader.Open(Database);
        var entries = reader.Read().ToArray();

        Assert.InRange(entries.Length, 500, 1900);
        Assert.Contains("all rows from ", entries[^1].Problem, StringComparison.Ordinal);
        Assert.All(entries[..^1], entry => Assert.Null(entry.Problem));
    }

    [Fact]
    public void The_newest_row_is_found_without_reading_the_rest()
    {
        Write(new DaemonStopped(Noon, "a"), new DaemonStopped(Noon.AddHours(1), "b"));

        using var reader = JournalReader.Open(Database);

        Assert.Equal(new DaemonStopped(Noon.AddHours(1), "b"), reader.ReadLast()!.Event);
    }

    private void Write(params Domain.IEvent[] events)
    {
        Assert.Null(SqliteFile.Prepare(Database));
        using var connection = SqliteFile.Open(Database);
        SqliteFile.Execute(connection, Schema);
        SqliteFile.Execute(connection, "BEGIN");
        for (var i = 0; i < events.Length; i++)
            Insert(connection, EventWire.ManifestOf(events[i]), EventWire.Write(events[i]), events[i].At, i + 1);
        SqliteFile.Execute(connection, "COMMIT");
    }

    private void Insert(string manifest, byte[] payload, DateTimeOffset at, long sequenceNr)
    {
        using var connection = SqliteFile.Open(Database);
        Insert(connection, manifest, payload, at, sequenceNr);
    }

    private static void Insert(SqliteConnection connection, string manifest, byte[] payload, DateTimeOffset at, long sequenceNr)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
            VALUES ($created, 0, 'loadshaper', $nr, $message, $manifest, 1000, 'x')
            """;
        command.Parameters.AddWithValue("$created", at.UtcTicks);
        command.Parameters.AddWithValue("$nr", sequenceNr);
        command.Parameters.AddWithValue("$message", payload);
        command.Parameters.AddWithValue("$manifest", manifest);
        command.ExecuteNonQuery();
    }

    private const string Schema =
        """
        CREATE TABLE journal (
          ordering INTEGER PRIMARY KEY AUTOINCREMENT, created BigInt NOT NULL, deleted Bit NOT NULL,
          persistence_id NVarChar(255) NOT NULL, sequence_number BigInt NOT NULL, message VarBinary NOT NULL,
          manifest NVarChar(500), identifier INTEGER, writer_uuid NVarChar(128))
        """;
}
