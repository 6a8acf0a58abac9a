using Microsoft.Data.Sqlite;

namespace Akka.Persistence.Sql.Db;

/// <summary>One event as the table <c>journal</c> has it.</summary>
/// <param name="Created">UTC, in ticks.</param>
/// <param name="Identifier">The serializer's; null when it is to be found by the manifest, a type name.</param>
internal sealed record JournalRow(
    string PersistenceId,
    long SequenceNr,
    long Created,
    byte[] Message,
    string? Manifest,
    int? Identifier,
    string? WriterUuid,
    IReadOnlyCollection<string> Tags);

/// <summary>The tables of the journal and what is asked of them.</summary>
internal static class JournalTables
{
    public const string Create = """
        CREATE TABLE IF NOT EXISTS [journal]
        (
            [ordering]        INTEGER       NOT NULL PRIMARY KEY AUTOINCREMENT,
            [created]         BigInt        NOT NULL,
            [deleted]         Bit           NOT NULL,
            [persistence_id]  NVarChar(255) NOT NULL,
            [sequence_number] BigInt        NOT NULL,
            [message]         VarBinary     NOT NULL,
            [manifest]        NVarChar(500)     NULL,
            [identifier]      INTEGER           NULL,
            [writer_uuid]     NVarChar(128)     NULL
        );
        CREATE UNIQUE INDEX IF NOT EXISTS journal_uq ON journal (persistence_id, sequence_number);
        CREATE INDEX IF NOT EXISTS journal_created_idx ON journal (created);
        CREATE INDEX IF NOT EXISTS journal_sequence_number_idx ON journal (sequence_number);
        CREATE TABLE IF NOT EXISTS [tags]
        (
            [ordering_id]    INTEGER       NOT NULL,
            [tag]            NVarChar(64)  NOT NULL,
            [sequence_nr]    INTEGER       NOT NULL,
            [persistence_id] NVarChar(255) NOT NULL,
            CONSTRAINT [PK_tags] PRIMARY KEY ([ordering_id], [tag])
        );
        CREATE INDEX IF NOT EXISTS tags_persistence_id_sequence_nr_idx ON tags (persistence_id, sequence_nr);
        CREATE INDEX IF NOT EXISTS tags_tag_idx ON tags (tag);
        """;

    /// <summary>The highest sequence number of all rows, the deleted ones included; 0 without any.</summary>
    public static long HighestSequenceNr(SqliteConnection connection, string persistenceId)
    {
        using var command = connection.Command(
            "SELECT MAX(sequence_number) FROM journal WHERE persistence_id = @id", ("@id", persistenceId));
        return command.ExecuteScalar() as long? ?? 0;
    }

    /// <summary>At most <paramref name="max"/> events from and up to the given ones, in their order.</summary>
    public static List<JournalRow> Read(SqliteConnection connection, string persistenceId, long from, long to, long max)
    {
        using var command = connection.Command(
            """
            SELECT sequence_number, created, message, manifest, identifier, writer_uuid FROM journal
            WHERE persistence_id = @id AND sequence_number >= @from AND sequence_number <= @to AND deleted = 0
            ORDER BY sequence_number LIMIT @max
            """,
            ("@id", persistenceId), ("@from", from), ("@to", to), ("@max", max));
        using var reader = command.ExecuteReader();
        var rows = new List<JournalRow>();
        while (reader.Read())
            rows.Add(new JournalRow(
                persistenceId, reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2),
                reader.StringOrNull(3), reader.IntOrNull(4), reader.StringOrNull(5), []));
        return rows;
    }

    /// <summary>Removes the events up to the given one; the highest stays, marked, and keeps the sequence number.</summary>
    public static int Delete(SqliteConnection connection, string persistenceId, long to)
    {
        connection.Execute("BEGIN IMMEDIATE");
        using var command = connection.Command(
            """
            UPDATE journal SET deleted = 1
            WHERE persistence_id = @id AND sequence_number <= @to AND deleted = 0;
            DELETE FROM journal
            WHERE persistence_id = @id AND sequence_number <= @to AND sequence_number <
                (SELECT MAX(sequence_number) FROM journal WHERE persistence_id = @id AND deleted = 1);
            DELETE FROM tags WHERE persistence_id = @id AND sequence_nr <= @to
            """,
            ("@id", persistenceId), ("@to", to));
        var changed = command.ExecuteNonQuery();
        connection.Execute("COMMIT");
        return changed;
    }
}
