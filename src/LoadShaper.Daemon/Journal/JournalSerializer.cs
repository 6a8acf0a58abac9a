using Akka.Actor;
using Akka.Serialization;
using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Journal;

namespace LoadShaper.Daemon.Journal;

/// <summary>Events and snapshots to and from the journal's bytes; the formats are <see cref="EventWire"/> and <see cref="SnapshotWire"/>.</summary>
internal sealed class JournalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Stored with every row; never changes.</summary>
    public const int Id = EventWire.SerializerId;

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

    /// <exception cref="EventUnreadableException">A snapshot of another format, or damaged: the events are folded instead.</exception>
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

    /// <summary>Whether this system would write the journal with another serializer, as Akka does without an error where a name in the configuration is wrong.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static Exception? Misconfiguration(ActorSystem system)
    {
        foreach (var type in new[] { typeof(DaemonStarted), typeof(ControllerSnapshot) })
        {
            if (system.Serialization.FindSerializerForType(type) is not JournalSerializer and var other)
                return new InvalidOperationException(
                    $"{type.Name} would be written to the journal by {other.GetType().Name}, not by {nameof(JournalSerializer)}; "
                    + "fix akka.actor.serializers and akka.actor.serialization-bindings in akka.conf");
        }

        return null;
    }

    private static ArgumentException NotOurs(object o) => new($"{o.GetType()} is not an event and not a snapshot.");
}
