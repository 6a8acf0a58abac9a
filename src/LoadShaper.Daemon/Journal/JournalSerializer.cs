using Akka.Actor;
using Akka.Serialization;
using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Journal;

namespace LoadShaper.Daemon.Journal;

/// <summary>Events and snapshots to and from the journal's bytes; the formats are <see cref="EventWire"/> and <see cref="SnapshotWire"/>.</summary>
internal sealed class JournalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Stored with every row; never changes.</summary>
    public const int Id = 77_001;

    public override int Identifier => Id;

    public override string Manifest(object o) => o switch
    {
        IEvent happened => EventWire.ManifestOf(happened),
        ControllerSnapshot => SnapshotWire.Manifest,
        _ => throw NotOurs(o),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        IEvent happened => EventWire.Write(happened),
        ControllerSnapshot memory => SnapshotWire.Write(memory),
        _ => throw NotOurs(obj),
    };

    /// <exception cref="EventUnreadableException">A snapshot of another form, or damaged: the events are folded instead.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (SnapshotWire.IsSnapshot(manifest))
            return SnapshotWire.Read(manifest, bytes);
        try
        {
            return EventWire.Read(manifest, bytes);
        }
        catch (EventUnreadableException e)
        {
            return new UnreadableEvent(e.Message);
        }
    }

    private static ArgumentException NotOurs(object o) => new($"{o.GetType()} is neither an event nor a snapshot.");
}
