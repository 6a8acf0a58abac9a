namespace LoadShaper.Journal;

/// <summary>
/// The tables as Akka.Persistence.Sql creates them; a test compares both. The daemon creates them itself, because the plugin
/// does so only once per start, and a new journal can begin while the daemon runs.
/// </summary>
internal static class JournalTables
{
    /// <summary>The one persistence id of the journal; never changes.</summary>
    public const string PersistenceId = "loadshaper";

    public const string Create =
        """
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
}
