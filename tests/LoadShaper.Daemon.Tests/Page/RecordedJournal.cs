using LoadShaper.Domain;
using LoadShaper.Journal;
using Xunit;

namespace LoadShaper.Daemon.Tests.Page;

/// <summary>A journal as Akka.Persistence.Sql makes it, with given events.</summary>
internal static class RecordedJournal
{
    private const string Schema =
        """
        CREATE TABLE journal (
          ordering INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, created BigInt NOT NULL, deleted Bit NOT NULL,
          persistence_id NVarChar(255) NOT NULL, sequence_number BigInt NOT NULL, message VarBinary NOT NULL,
          manifest NVarChar(500), identifier INTEGER, writer_uuid NVarChar(128));
        CREATE INDEX journal_created_idx ON journal (created);
        """;

    public static void Write(string path, params IEvent[] events)
    {
        Assert.Null(SqliteFile.Prepare(path));
        using var connection = SqliteFile.Open(path);
        SqliteFile.Execute(connection, Schema);
        for (var i = 0; i < events.Length; i++)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest) VALUES ($created, 0, 'loadshaper', $nr, $message, $manifest)";
            command.Parameters.AddWithValue("$created", events[i].At.UtcTicks);
            command.Parameters.AddWithValue("$nr", i + 1);
            command.Parameters.AddWithValue("$message", EventWire.Write(events[i]));
            command.Parameters.AddWithValue("$manifest", EventWire.ManifestOf(events[i]));
            command.ExecuteNonQuery();
        }
    }
}
