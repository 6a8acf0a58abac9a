using System.Collections;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Configuration;

/// <summary>The shape of the machine, and its settings.</summary>
internal sealed record LoadedConfiguration(Shape Shape, SettingsReading Reading, EarlySettings Early);

/// <summary>Loads shape, template and settings. Every command reads its settings through it.</summary>
/// <param name="reader">Environment, template, reference.conf.</param>
/// <param name="detector">The shape.</param>
/// <param name="root">"/" on a machine, a fixture in tests.</param>
internal sealed class ConfigurationLoader(SettingsReader reader, ShapeDetector detector, string root = "/")
{
    /// <summary>For this machine and the files beside the program.</summary>
    public static async Task<LoadedConfiguration> LoadAsync(IReadOnlyDictionary<string, string> environment, DateTimeOffset now, CancellationToken cancel = default)
    {
        using var metadata = new MetadataClient();
        return await new ConfigurationLoader(SettingsReader.For(), new ShapeDetector(new MachineFactsReader(), metadata))
            .ReadAsync(environment, now, cancel);
    }

    /// <summary>
    /// The same from local files only, for commands that ask a running daemon or read its files: the metadata service,
    /// which may take seconds, is not asked. Only a setting of a template that the metadata service selects can differ.
    /// </summary>
    public static LoadedConfiguration LoadLocal(IReadOnlyDictionary<string, string> environment)
    {
        var reader = SettingsReader.For();
        var early = reader.ReadEarly(environment);
        var facts = new MachineFactsReader().Read();
        var shape = early.StatedShape is { } stated && NamedShape.Find(stated) is { } named ? ShapePolicy.Stated(facts, named) : ShapePolicy.Decide(facts);
        return new LoadedConfiguration(shape, reader.Read(environment, shape, DetectedInterfaces.Read()), early);
    }

    /// <summary>PERSISTENCE_DIR in force, absolute, for commands that read the data directory.</summary>
    /// <param name="dataDir">--data-dir, which wins; null when it is not given.</param>
    public static string DataDirectory(string? dataDir, IReadOnlyDictionary<string, string> environment) =>
        Path.GetFullPath(LoadLocal(WithDataDir(environment, dataDir)).Reading.Values.Single(value => value.Setting.Name == "PERSISTENCE_DIR").Text);

    /// <summary>The environment with --data-dir in the place of PERSISTENCE_DIR.</summary>
    public static IReadOnlyDictionary<string, string> WithDataDir(IReadOnlyDictionary<string, string> environment, string? dataDir) =>
        string.IsNullOrWhiteSpace(dataDir) ? environment : new Dictionary<string, string>(environment) { ["PERSISTENCE_DIR"] = dataDir };

    public async Task<LoadedConfiguration> ReadAsync(IReadOnlyDictionary<string, string> environment, DateTimeOffset now, CancellationToken cancel = default)
    {
        var early = reader.ReadEarly(environment);
        var shape = await detector.DetectAsync(early.MetadataProbe, now, cancel, early.StatedShape);
        return new LoadedConfiguration(shape, WithLinkSource(reader.Read(environment, shape, DetectedInterfaces.Read(root)), shape), early);
    }

    // What the metadata says of the link is better than what the driver says.
    private static SettingsReading WithLinkSource(SettingsReading reading, Shape shape) =>
        reading.Settings is { } settings && shape.Source == ShapePolicy.MetadataSource && reading.Values.Any(value => value is { Setting.Name: "NET_LINK_MBIT", Origin.Scaled: true })
            ? reading with { Settings = settings with { Network = settings.Network with { LinkFromMetadata = true } } }
            : reading;

    /// <summary>This process' environment.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "", StringComparer.Ordinal);
}
