using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Journal;
using Akka.Util;

namespace Akka.Persistence;

public class Persistence : ExtensionIdProvider<PersistenceExtension>
{
    public static Persistence Instance { get; } = new();

    public static Config DefaultConfig() => ConfigurationFactory.FromResource<Persistence>("Akka.Persistence.persistence.conf");

    public override PersistenceExtension CreateExtension(ExtendedActorSystem system) => new(system);
}

/// <summary>The journals and snapshot stores of one actor system, each started when it is first asked for.</summary>
public class PersistenceExtension : IExtension
{
    private const string NoSnapshotStore = "akka.persistence.no-snapshot-store";
    private const string JournalDefaults = "akka.persistence.journal-plugin-fallback";
    private const string SnapshotStoreDefaults = "akka.persistence.snapshot-store-plugin-fallback";

    private readonly ExtendedActorSystem _system;
    private readonly ConcurrentDictionary<string, Lazy<Plugin>> _plugins = new();

    public PersistenceExtension(ExtendedActorSystem system)
    {
        _system = system;
        system.Settings.InjectTopLevelFallback(Persistence.DefaultConfig());
    }

    private sealed record Plugin(IActorRef Ref, Config Config);

    public IActorRef JournalFor(string? journalPluginId) => Journal(journalPluginId).Ref;

    public IActorRef SnapshotStoreFor(string? snapshotPluginId) =>
        PluginFor(FirstGiven(snapshotPluginId, Default("snapshot-store"), NoSnapshotStore), SnapshotStoreDefaults).Ref;

    internal Config JournalConfigFor(string? journalPluginId) => Journal(journalPluginId).Config;

    /// <summary>The settings of a journal that is being started: its name is their path.</summary>
    internal Config JournalConfigFor(IActorRef plugin) => ConfigAt(plugin.Path.Name, JournalDefaults);

    internal Config SnapshotStoreConfigFor(IActorRef plugin) => ConfigAt(plugin.Path.Name, SnapshotStoreDefaults);

    private Plugin Journal(string? id) => PluginFor(
        FirstGiven(id, Default("journal"))
            ?? throw new ConfigurationException("akka.persistence.journal.plugin: no default journal is configured"),
        JournalDefaults);

    private string? Default(string kind) => _system.Settings.Config.GetString($"akka.persistence.{kind}.plugin");

    private static string FirstGiven(params string?[] ids) => ids.FirstOrDefault(id => !string.IsNullOrEmpty(id))!;

    private Plugin PluginFor(string path, string defaults) =>
        _plugins.GetOrAdd(path, p => new Lazy<Plugin>(() => Start(p, defaults))).Value;

    private Plugin Start(string path, string defaults)
    {
        var config = ConfigAt(path, defaults);
        var name = config.GetString("class");
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException($"Plugin class name must be defined in config property [{path}.class]");
        var type = TypeNames.Find(name) ?? throw new ConfigurationException($"{path}.class: there is no type {name}");
        object[] args = type.GetConstructor([typeof(Config)]) is not null ? [config] : [];
        var props = new Props(type, args).WithDispatcher(config.GetString("plugin-dispatcher")!);
        return new Plugin(_system.SystemActorOf(props, path), config);
    }

    private Config ConfigAt(string path, string defaults)
    {
        var settings = _system.Settings.Config;
        return settings.GetConfig(path)?.WithFallback(settings.GetConfig(defaults))
            ?? throw new ArgumentException($"Persistence config is missing plugin config path for: {path}");
    }
}
