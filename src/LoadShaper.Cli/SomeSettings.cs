using LoadShaper.Domain.Settings;

namespace LoadShaper.Cli;

/// <summary>The settings that one command needs, read even where another setting is wrong.</summary>
internal static class SomeSettings
{
    /// <returns>The settings with the needed ones in force, and the problems of those alone.</returns>
    public static (LoadShaperSettings Settings, IReadOnlyList<SettingProblem> Problems) Read(SettingsReading reading, IReadOnlyCollection<string> needed) => (
        reading.Values
            .Where(value => needed.Contains(value.Setting.Name) && value.Text != "")
            .Select(value => value.Setting.Read(value.Text).Put)
            .Aggregate(new LoadShaperSettings(), (settings, put) => put is null ? settings : put(settings)),
        [.. reading.Problems.Where(problem => needed.Contains(problem.Variable))]);
}
