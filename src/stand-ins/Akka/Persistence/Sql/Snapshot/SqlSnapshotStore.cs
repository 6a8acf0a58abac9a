#nullable disable
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Snapshot;
using Akka.Persistence.Sql.Db;

namespace Akka.Persistence.Sql.Snapshot;

/// <summary>The snapshots in the table of Akka.Persistence.Sql, on SQLite.</summary>
public class SqlSnapshotStore : SnapshotStore
{
    private readonly Serialization.Serialization _serialization;
    private readonly SqliteDatabase _database;
    private readonly string _tables;
    private readonly string _defaultSerializer;

    public SqlSnapshotStore(Config config)
    {
        _serialization = ((ExtendedActorSystem)Context.System).Serialization;
        _tables = config.GetBoolean("auto-initialize", true) ? SnapshotTable.Create : "";
        _defaultSerializer = config.GetString("serializer");
        _database = SqliteDatabase.Share(SqlSettings.ConnectionString(config));
    }

    protected override void PostStop() => _database.Dispose();

    protected override async Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        var row = await _database.Run(
            _tables, c => SnapshotTable.Load(c, persistenceId, criteria.MaxSequenceNr, criteria.MaxTimeStamp.Ticks))
            .ConfigureAwait(false);
        return row is null
            ? null
            : new SelectedSnapshot(
                new SnapshotMetadata(persistenceId, row.SequenceNr, new DateTime(row.Created)),
                SqlSettings.Deserialize(_serialization, row.Snapshot, row.SerializerId, row.Manifest, _defaultSerializer));
    }

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        var serializer = _serialization.FindSerializerFor(snapshot, _defaultSerializer);
        var row = new SnapshotRow(
            metadata.PersistenceId, metadata.SequenceNr, metadata.Timestamp.Ticks, serializer.ToBinary(snapshot),
            Serialization.Serialization.ManifestFor(serializer, snapshot), serializer.Identifier);
        return _database.Run(_tables, c => SnapshotTable.Save(c, row));
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        var maxCreated = (metadata.Timestamp > DateTime.MinValue ? metadata.Timestamp : DateTime.MaxValue).Ticks;
        return _database.Run(_tables, c => SnapshotTable.Delete(c, metadata.PersistenceId, metadata.SequenceNr, maxCreated));
    }

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) => _database.Run(
        _tables, c => SnapshotTable.DeleteUpTo(c, persistenceId, criteria.MaxSequenceNr, criteria.MaxTimeStamp.Ticks));
}
