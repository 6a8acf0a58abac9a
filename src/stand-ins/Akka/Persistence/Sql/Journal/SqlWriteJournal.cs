#nullable disable
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Journal;
using Akka.Persistence.Sql.Db;
using Akka.Serialization;

namespace Akka.Persistence.Sql.Journal;

/// <summary>The journal in the tables of Akka.Persistence.Sql, on SQLite.</summary>
public class SqlWriteJournal : AsyncWriteJournal
{
    private const int ReplayPage = 1000;

    private readonly Serialization.Serialization _serialization;
    private readonly SqliteDatabase _database;
    private readonly string _writerUuid = Guid.NewGuid().ToString("N");
    private readonly string _tables;
    private readonly string _defaultSerializer;

    public SqlWriteJournal(Config journalConfig)
    {
        _serialization = ((ExtendedActorSystem)Context.System).Serialization;
        _tables = journalConfig.GetBoolean("auto-initialize", true) ? JournalTables.Create : "";
        _defaultSerializer = journalConfig.GetString("serializer");
        _database = SqliteDatabase.Share(SqlSettings.ConnectionString(journalConfig));
    }

    protected override void PostStop() => _database.Dispose();

    public override async Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        for (var (from, left) = (fromSequenceNr, max); left > 0 && from <= toSequenceNr;)
        {
            var (start, page) = (from, Math.Min(left, ReplayPage));
            var rows = await _database.Run(_tables, c => JournalTables.Read(c, persistenceId, start, toSequenceNr, page))
                .ConfigureAwait(false);
            foreach (var row in rows)
                recoveryCallback(ToEvent(row));
            if (rows.Count < page)
                return;
            from = rows[^1].SequenceNr + 1;
            left -= rows.Count;
        }
    }

    /// <summary>Asked behind all writes that are still under way, so none of their numbers is given again.</summary>
    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) =>
        _database.Run(_tables, c => JournalTables.HighestSequenceNr(c, persistenceId));

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        var rows = new List<JournalRow>();
        var rejections = ImmutableList.CreateBuilder<Exception>();
        foreach (var write in messages)
            rejections.Add(Serialize(write, rows));
        if (rows.Count > 0)
            await _database.Write(_tables, rows).ConfigureAwait(false);
        return rejections.ToImmutable();
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr) =>
        _database.Run(_tables, c => JournalTables.Delete(c, persistenceId, toSequenceNr));

    /// <summary>Why the write is rejected, or null when its rows were added.</summary>
    private Exception Serialize(AtomicWrite write, List<JournalRow> rows)
    {
        var before = rows.Count;
        try
        {
            var now = DateTime.UtcNow.Ticks;
            foreach (var persistent in write.Events)
                rows.Add(ToRow(persistent, now));
            return null;
        }
        catch (Exception e)
        {
            rows.RemoveRange(before, rows.Count - before);
            return e;
        }
    }

    private JournalRow ToRow(IPersistentRepresentation persistent, long now)
    {
        var (payload, tags) = persistent.Payload is Tagged tagged ? (tagged.Payload, tagged.Tags) : (persistent.Payload, []);
        var serializer = _serialization.FindSerializerFor(payload, _defaultSerializer);
        return new JournalRow(
            persistent.PersistenceId, persistent.SequenceNr, persistent.Timestamp == 0 ? now : persistent.Timestamp,
            serializer.ToBinary(payload), Serialization.Serialization.ManifestFor(serializer, payload),
            serializer.Identifier, _writerUuid, tags);
    }

    private IPersistentRepresentation ToEvent(JournalRow row) => new Persistent(
        SqlSettings.Deserialize(_serialization, row.Message, row.Identifier, row.Manifest, _defaultSerializer),
        row.SequenceNr, row.PersistenceId, row.Manifest, writerGuid: row.WriterUuid, timestamp: row.Created);
}
