using Microsoft.Data.Sqlite;

namespace Akka.Persistence.Sql.Db;

/// <summary>One snapshot as the table <c>snapshot</c> has it.</summary>
/// <param name="Created">UTC, in ticks.</param>
internal sealed record SnapshotRow(
    string PersistenceId, long SequenceNr, long Created, byte[] Snapshot, string? Manifest, int? SerializerId);

/// <summary>The table of the snapshots and what is asked of it.</summary>
internal static class SnapshotTable
{
    public const string Create = """
        CREATE TABLE IF NOT EXISTS [snapshot]
        (
            [persistence_id]  NVarChar(255) NOT NULL,
            [sequence_number] BigInt        NOT NULL,
            [created]         BigInt        NOT NULL,
            [snapshot]        VarBinary         NULL,
            [manifest]        NVarChar(500)     NULL,
            [serializer_id]   INTEGER           NULL,
            CONSTRAINT [PK_snapshot] PRIMARY KEY ([persistence_id], [sequence_number])
        );
        CREATE INDEX IF NOT EXISTS snapshot_sequence_number_idx ON snapshot (sequence_number);
        CREATE INDEX IF NOT EXISTS snapshot_created_idx ON snapshot (created);
        """;

    public static int Save(SqliteConnection connection, SnapshotRow row) => connection.Execute(
        """
        INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id)
        VALUES (@id, @nr, @created, @snapshot, @manifest, @serializer)
        ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET
            created = excluded.created, snapshot = excluded.snapshot,
            manifest = excluded.manifest, serializer_id = excluded.serializer_id
        """,
        ("@id", row.PersistenceId), ("@nr", row.SequenceNr), ("@created", row.Created), ("@snapshot", row.Snapshot),
        ("@manifest", row.Manifest), ("@serializer", row.SerializerId));

    /// <summary>The snapshot with the highest sequence number within both limits, or null.</summary>
    public static SnapshotRow? Load(SqliteConnection connection, string persistenceId, long maxSequenceNr, long maxCreated)
    {
        using var command = connection.Command(
            """
            SELECT sequence_number, created, snapshot, manifest, serializer_id FROM snapshot
            WHERE persistence_id = @id AND sequence_number <= @nr AND created <= @created
            ORDER BY sequence_number DESC LIMIT 1
            """,
            ("@id", persistenceId), ("@nr", maxSequenceNr), ("@created", maxCreated));
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? new SnapshotRow(
                persistenceId, reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2),
                reader.StringOrNull(3), reader.IntOrNull(4))
            : null;
    }

    public static int Delete(SqliteConnection connection, string persistenceId, long sequenceNr, long maxCreated) =>
        connection.Execute(
            "DELETE FROM snapshot WHERE persistence_id = @id AND sequence_number = @nr AND created <= @created",
            ("@id", persistenceId), ("@nr", sequenceNr), ("@created", maxCreated));

    public static int DeleteUpTo(SqliteConnection connection, string persistenceId, long maxSequenceNr, long maxCreated) =>
        connection.Execute(
            "DELETE FROM snapshot WHERE persistence_id = @id AND sequence_number <= @nr AND created <= @created",
            ("@id", persistenceId), ("@nr", maxSequenceNr), ("@created", maxCreated));
}
