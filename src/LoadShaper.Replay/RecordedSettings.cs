using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Replay;

/// <summary>The settings that a start recorded, as this version understands them.</summary>
/// <param name="Settings">Null when this version refuses them; <see cref="Problem"/> then says why.</param>
public sealed record RecordedSettings(LoadShaperSettings? Settings, ShapeFamily Family, string? Problem)
{
    /// <summary>What was in force before any start was recorded.</summary>
    public static readonly RecordedSettings Defaults = new(new LoadShaperSettings(), ShapeFamily.E2, null);

    /// <param name="changes">Settings to be put in their place, by name.</param>
    public static RecordedSettings Of(DaemonStarted? started, IReadOnlyDictionary<string, string>? changes = null)
    {
        var texts = new Dictionary<string, string>(started?.Settings ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        // A start records every setting: one that is missing was written before there was a reserve. Another strategy was
        // not in force then, so it is asked about with the reserve that it has now.
        if (started is not null && changes?.ContainsKey("CPU_P95_STRATEGY") is not true)
            texts.TryAdd("CPU_P95_RESERVE_HOURS", "0");
        foreach (var (name, text) in changes ?? new Dictionary<string, string>())
            texts[name] = text;
        // Recorded without their secrets, and of no influence on a decision.
        foreach (var secret in SettingsTable.All.Where(setting => setting.IsSecret))
            texts.Remove(secret.Name);
        var family = started?.Family ?? ShapeFamily.E2;
        var reading = SettingsParser.Parse(texts, new SettingsContext(family));
        return new RecordedSettings(
            reading.Settings, family,
            reading.Problems.Count == 0 ? null : string.Join("; ", reading.Problems.Select(problem => $"{problem.Variable} {problem.Value} {problem.Broken}")));
    }
}
