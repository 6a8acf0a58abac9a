using System.Collections;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Configuration;

/// <summary>The machine told, and its settings read.</summary>
internal sealed record LoadedConfiguration(Shape Shape, SettingsReading Reading, EarlySettings Early);

/// <summary>One call for `run`, `config` and `doctor`: shape, template, settings.</summary>
internal sealed class ConfigurationLoader(SettingsReader reader, ShapeDetector detector)
{
    /// <summary>For this machine and the files beside the program.</summary>
    public static async Task<LoadedConfiguration> LoadAsync(IReadOnlyDictionary<string, string> environment, DateTimeOffset now, CancellationToken cancel = default)
    {
        using var metadata = new MetadataClient();
        return await new ConfigurationLoader(SettingsReader.For(), new ShapeDetector(new MachineFactsReader(), metadata))
            .ReadAsync(environment, now, cancel);
    }

    public async Task<LoadedConfiguration> ReadAsync(IReadOnlyDictionary<string, string> environment, DateTimeOffset now, CancellationToken cancel = default)
    {
        var early = reader.ReadEarly(environment);
        var shape = await detector.DetectAsync(early.MetadataProbe, now, cancel);
        return new LoadedConfiguration(shape, reader.Read(environment, shape), early);
    }

    /// <summary>This process' environment.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "", StringComparer.Ordinal);
}
