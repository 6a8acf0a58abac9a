using System.Globalization;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Journal;

/// <summary>
/// Finds damage that PRAGMA quick_check does not look for and that would make the journal plugin fail, or skip or repeat
/// events without an error: unknown tables, cells of another type, and an index that does not match its table. One pass over
/// the table and one over the index.
/// </summary>
internal static class JournalCheck
{
    /// <summary>What snapshot tables are renamed to when they are damaged; the rest of the name is the time.</summary>
    public const string DamagedSnapshots = "snapshot_damaged_";

    // The same over the table and over its index, which holds these three columns. One changed cell changes it.
    private const string Digest =
        $"count(*) || ' ' || coalesce(sum((sequence_number * 40503 + ordering * 69069) % 1000000007), 0) || ' ' || coalesce(sum(persistence_id = '{JournalTables.PersistenceId}'), 0)";

    /// <returns>A table that no build of LoadShaper creates, as a problem; null when there is none. To be checked before tables are created.</returns>
    public static string? FindUnknownTable(SqliteConnection connection)
    {
        var unknown = SqliteFile.Scalar(connection,
            $"""
            SELECT name FROM sqlite_master
            WHERE type = 'table' AND name NOT IN ('journal', 'tags', 'snapshot') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
              AND name NOT LIKE '{DamagedSnapshots.Replace("_", "\\_", StringComparison.Ordinal)}%' ESCAPE '\'
            LIMIT 1
            """);
        return string.IsNullOrEmpty(unknown) ? null : $"it holds the unknown table '{unknown}'";
    }

    /// <returns>A row that the journal plugin cannot read, or a mismatch of index and table; null when there is none.</returns>
    /// <exception cref="SqliteException">A page is malformed, or the schema is not that of a journal.</exception>
    public static string? FindDamage(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT {Digest}, min(CASE WHEN typeof(created) = 'integer' AND deleted IN (0, 1) AND typeof(deleted) = 'integer'
                AND typeof(sequence_number) = 'integer' AND sequence_number >= 1 AND persistence_id IS '{JournalTables.PersistenceId}'
                AND typeof(message) = 'blob' AND typeof(manifest) IN ('text', 'null') AND identifier IS {EventWire.SerializerId}
                AND typeof(writer_uuid) IN ('text', 'null') THEN NULL ELSE ordering END)
            FROM journal NOT INDEXED
            """;
        using var reader = command.ExecuteReader();
        reader.Read();
        if (reader.TryGetInteger(1, out var row))
            return $"row {row} has a cell that no build of LoadShaper writes; `loadshaper replay` names it";
        return reader.TryGetText(0, out var digest) && digest == SqliteFile.Scalar(connection, $"SELECT {Digest} FROM journal INDEXED BY journal_uq")
            ? null
            : "index journal_uq does not match table journal";
    }

    /// <returns>What makes the stored snapshots unusable as a whole, or null.</returns>
    /// <exception cref="SqliteException">A page is malformed.</exception>
    public static string? FindSnapshotDamage(SqliteConnection connection)
    {
        try
        {
            // The plugin reads and writes these columns; a damaged schema can lack one.
            SqliteFile.Scalar(connection, "SELECT persistence_id, sequence_number, created, snapshot, manifest, serializer_id FROM snapshot LIMIT 1");
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteResult.Error)
        {
            return e.Message;
        }
        // A handful of rows, so the full check is cheap.
        if (SqliteFile.Scalar(connection, "PRAGMA integrity_check(snapshot)") is not "ok" and var problem)
            return problem;
        var ahead = SqliteFile.Scalar(connection,
            """
            SELECT sequence_number FROM snapshot
            WHERE typeof(sequence_number) <> 'integer' OR sequence_number > coalesce((SELECT max(sequence_number) FROM journal), 0)
            LIMIT 1
            """);
        return string.IsNullOrEmpty(ahead) ? null : $"snapshot {ahead} is ahead of the journal";
    }

    /// <summary>Keeps the damaged snapshots under another name; a snapshot only saves time, so the events are enough.</summary>
    public static string MoveSnapshotsAside(SqliteConnection connection, DateTimeOffset now)
    {
        var name = DamagedSnapshots + now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        SqliteFile.Execute(connection,
            $"""
            BEGIN IMMEDIATE;
            DROP INDEX IF EXISTS snapshot_sequence_number_idx;
            DROP INDEX IF EXISTS snapshot_created_idx;
            ALTER TABLE snapshot RENAME TO [{name}];
            {JournalTables.Create}
            COMMIT;
            """);
        return name;
    }
}
