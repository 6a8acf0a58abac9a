using Akka.Hosting;

namespace Akka.Persistence.Hosting;

/// <summary>What of persistence a plugin is configured for.</summary>
public enum PersistenceMode
{
    Both,
    Journal,
    SnapshotStore,
}

public static class AkkaPersistenceHostingExtensions
{
    public static AkkaConfigurationBuilder WithInMemoryJournal(this AkkaConfigurationBuilder builder) => builder.AddHocon(
        """
        akka.persistence.journal.plugin = akka.persistence.journal.inmem
        akka.persistence.journal.inmem.class = "Akka.Persistence.Journal.MemoryJournal, Akka.Persistence"
        akka.persistence.journal.inmem.plugin-dispatcher = "akka.actor.default-dispatcher"
        """,
        HoconAddMode.Prepend);

    public static AkkaConfigurationBuilder WithInMemorySnapshotStore(
        this AkkaConfigurationBuilder builder, string snapshotStoreId = "inmem", bool isDefaultPlugin = true) => builder.AddHocon(
        $$"""
        {{(isDefaultPlugin ? $"akka.persistence.snapshot-store.plugin = akka.persistence.snapshot-store.{snapshotStoreId}" : "")}}
        akka.persistence.snapshot-store.{{snapshotStoreId}} {
          class = "Akka.Persistence.Snapshot.MemorySnapshotStore, Akka.Persistence"
          plugin-dispatcher = "akka.actor.default-dispatcher"
        }
        """,
        HoconAddMode.Prepend);
}
