using Microsoft.Data.Sqlite;

namespace Akka.Persistence.Sql.Db;

/// <summary>Writes events with statements that were prepared once for the connection.</summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _event;
    private readonly SqliteCommand _tag;

    public JournalWriter(SqliteConnection connection)
    {
        _connection = connection;
        _event = connection.Command(
            """
            INSERT INTO journal
                (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
            VALUES (@created, 0, @id, @nr, @message, @manifest, @identifier, @writer)
            """);
        foreach (var name in (string[])["@created", "@id", "@nr", "@message", "@manifest", "@identifier", "@writer"])
            _event.Parameters.Add(new SqliteParameter { ParameterName = name });

        _tag = connection.Command(
            "INSERT INTO tags (ordering_id, tag, sequence_nr, persistence_id) VALUES (@ordering, @tag, @nr, @id)");
        foreach (var name in (string[])["@ordering", "@tag", "@nr", "@id"])
            _tag.Parameters.Add(new SqliteParameter { ParameterName = name });
    }

    public void Write(IEnumerable<JournalRow> rows)
    {
        // Not a SqliteTransaction: SQLite itself rolls back when the disk is full or fails, and its Dispose then throws.
        // Who meets an exception here closes the connection, which ends what is left.
        _connection.Execute("BEGIN IMMEDIATE");
        foreach (var row in rows)
            WriteRow(row);
        _connection.Execute("COMMIT");
    }

    public void Dispose()
    {
        _event.Dispose();
        _tag.Dispose();
    }

    private void WriteRow(JournalRow row)
    {
        Set(_event, row.Created, row.PersistenceId, row.SequenceNr, row.Message, row.Manifest, row.Identifier, row.WriterUuid);
        _event.ExecuteNonQuery();
        if (row.Tags.Count == 0)
            return;

        // Read once: each row that is put into tags changes last_insert_rowid().
        using var ordering = _connection.Command("SELECT last_insert_rowid()");
        var id = (long)ordering.ExecuteScalar()!;
        foreach (var tag in row.Tags)
        {
            Set(_tag, id, tag, row.SequenceNr, row.PersistenceId);
            _tag.ExecuteNonQuery();
        }
    }

    private static void Set(SqliteCommand command, params object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }
}
