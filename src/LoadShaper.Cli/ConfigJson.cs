using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Cli;

/// <summary>The JSON of `config --json`.</summary>
internal static class ConfigJson
{
    internal static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Written to a terminal or a file, never into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Render(LoadedConfiguration loaded) => JsonSerializer.Serialize(new
    {
        Valid = loaded.Reading.Settings is not null,
        Shape = new
        {
            loaded.Shape.Name,
            loaded.Shape.Family,
            loaded.Shape.IsOracle,
            ToldBy = loaded.Shape.Source,
            loaded.Shape.Cpus,
            MemoryMiB = Math.Round(loaded.Shape.Memory.MiB),
            loaded.Shape.Template,
            loaded.Shape.Scaled,
            loaded.Shape.Warnings,
        },
        Settings = loaded.Reading.Values.Select(v => new
        {
            v.Setting.Name,
            Value = v.Shown,
            Unit = v.Setting.Unit == "" ? null : v.Setting.Unit,
            Source = v.Origin.Source.ToString().ToLowerInvariant(),
            v.Origin.File,
            v.Origin.Line,
            v.Setting.Default,
            v.Setting.Bounds,
            v.Setting.Min,
            v.Setting.Max,
            Description = v.Setting.Note,
            v.Setting.Risk,
            Words = v.Setting.Words.Count == 0 ? null : v.Setting.Words,
            Key = "loadshaper." + v.Setting.Key,
        }),
        Problems = loaded.Reading.Problems.Select(Shown),
        Warnings = loaded.Reading.Warnings.Select(Shown),
    }, Options);

    private static object Shown(SettingProblem problem) => new
    {
        problem.Variable,
        problem.Value,
        Source = problem.Origin.ToString(),
        problem.Broken,
        problem.Fix,
        // The name that earlier versions gave to it.
        Mend = problem.Fix,
    };
}
