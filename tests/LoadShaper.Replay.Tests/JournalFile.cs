using LoadShaper.Domain;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Replay.Tests;

/// <summary>A journal as Akka.Persistence.Sql makes it, filled by hand.</summary>
internal sealed class JournalFile : IDisposable
{
    private const string Schema =
        """
        CREATE TABLE journal (
          ordering INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, created BigInt NOT NULL, deleted Bit NOT NULL,
          persistence_id NVarChar(255) NOT NULL, sequence_number BigInt NOT NULL, message VarBinary NOT NULL,
          manifest NVarChar(500), identifier INTEGER, writer_uuid NVarChar(128));
        CREATE UNIQUE INDEX journal_uq ON journal (persistence_id, sequence_number);
        CREATE INDEX journal_created_idx ON journal (created);
        CREATE INDEX journal_sequence_number_idx ON journal (sequence_number);
        """;

    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("loadshaper-replay-");
    private readonly SqliteConnection _connection;
    private long _sequenceNr;

    /// <param name="copyOf">A journal that nobody writes to now.</param>
    public JournalFile(JournalFile copyOf)
    {
        File.Copy(copyOf.Path, Path);
        _connection = SqliteFile.Open(Path);
    }

    public JournalFile()
    {
        Assert.Null(SqliteFile.Prepare(Path));
        _connection = SqliteFile.Open(Path);
        SqliteFile.Execute(_connection, Schema);
    }

    public string Directory => _directory.FullName;

    public string Path => System.IO.Path.Combine(Directory, "journal.db");

    public void Add(IEnumerable<IEvent> events)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var happened in events)
            Add(++_sequenceNr, EventWire.ManifestOf(happened), EventWire.Write(happened), happened.At);
        transaction.Commit();
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>Puts an event in the place of another.</summary>
    public void Replace(long sequenceNr, IEvent happened)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "UPDATE journal SET message = $message, manifest = $manifest WHERE sequence_number = $nr";
        command.Parameters.AddWithValue("$message", EventWire.Write(happened));
        command.Parameters.AddWithValue("$manifest", EventWire.ManifestOf(happened));
        command.Parameters.AddWithValue("$nr", sequenceNr);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    public void Execute(string sql) => SqliteFile.Execute(_connection, sql);

    public Recording Open() => Recording.Open(Path);

    public void Dispose()
    {
        _connection.Dispose();
        _directory.Delete(recursive: true);
    }

    private void Add(long sequenceNr, string manifest, byte[] payload, DateTimeOffset at)
    {
        using var command = _connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
            VALUES ($created, 0, 'loadshaper', $nr, $message, $manifest, 77001, 'x')
            """;
        command.Parameters.AddWithValue("$created", at.UtcTicks);
        command.Parameters.AddWithValue("$nr", sequenceNr);
        command.Parameters.AddWithValue("$message", payload);
        command.Parameters.AddWithValue("$manifest", manifest);
        command.ExecuteNonQuery();
    }
}
