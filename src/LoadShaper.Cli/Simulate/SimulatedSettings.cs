using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Settings;
using LoadShaper.Simulation;

namespace LoadShaper.Cli.Simulate;

/// <summary>
/// The settings of a simulation: the built-in defaults, the template of the shape, --set. This machine and its
/// environment are not read, so that a run is the same everywhere.
/// </summary>
internal static class SimulatedSettings
{
    private static readonly SettingOrigin CommandLine = new(SettingSource.Environment, "--set");

    /// <exception cref="PatternException">A template that cannot be read, or a --set that is not KEY=VALUE.</exception>
    public static SettingsReading Read(SimulatedShape shape, string? template, IEnumerable<string> set, string? strategy)
    {
        var given = new Dictionary<string, SettingText>(StringComparer.Ordinal);
        var problems = new List<SettingProblem>();
        if ((template is null ? Beside(shape.Template) : PathOf(template)) is { } path)
        {
            var file = TemplateFile.Parse(ReadText(path), Path.GetFileName(path));
            problems.AddRange(file.Problems);
            foreach (var (name, text) in file.Values)
                given[name] = text;
        }

        foreach (var pair in set)
        {
            if (pair.Split('=', 2) is not [{ Length: > 0 } name, var value])
                throw new PatternException($"--set {pair} is not a setting: write KEY=VALUE, like CPU_P95_SETPOINT=24");
            if (SettingsTable.Find(name) is null)
                throw new PatternException($"--set {pair}: {name} is not a setting; {UnknownNames.Suggestion(name)}");
            given[name] = new SettingText(value, CommandLine);
        }

        if (strategy is not null)
            given["CPU_P95_STRATEGY"] = new SettingText(strategy, new SettingOrigin(SettingSource.Environment, "--strategy"));
        var reading = SettingsParser.Parse(given, new SettingsContext(shape.Family));
        problems.AddRange(reading.Problems);
        return reading with { Settings = problems.Count == 0 ? reading.Settings : null, Problems = problems };
    }

    // A file, or the name of one of the templates that come with the program.
    private static string PathOf(string template) =>
        File.Exists(template) ? template
        : new[] { template, template + ".env" }.Select(Beside).FirstOrDefault(File.Exists) ?? template;

    private static string? Beside(string? template) =>
        template is null ? null : Path.Combine(AppContext.BaseDirectory, "config-templates", template);

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PatternException($"template {path} cannot be read: {e.Message}");
        }
    }
}
