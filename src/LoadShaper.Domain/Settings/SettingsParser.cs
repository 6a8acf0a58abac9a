using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Settings;

/// <summary>The facts about the machine that relations between settings depend on.</summary>
/// <param name="Family">Which metrics the idle rule counts.</param>
/// <param name="Memory">Of the machine; null when not known.</param>
/// <param name="Shape">The shape and how it was recognised, for messages; null when not known.</param>
public sealed record SettingsContext(ShapeFamily Family, ByteSize? Memory = null, string? Shape = null);

/// <summary>The result of reading: settings, or every problem at once.</summary>
/// <param name="Settings">Null as soon as there is one problem.</param>
/// <param name="Values">Every setting with the text in force, in the order of the table.</param>
/// <param name="Problems">LoadShaper does not start with one of these.</param>
/// <param name="Warnings">Allowed, but reported.</param>
public sealed record SettingsReading(
    LoadShaperSettings? Settings,
    IReadOnlyList<SettingValue> Values,
    IReadOnlyList<SettingProblem> Problems,
    IReadOnlyList<SettingProblem> Warnings);

/// <summary>Turns the texts of variables into settings.</summary>
public static class SettingsParser
{
    /// <summary>A missing or empty value takes its default. <see cref="UnknownNames"/> checks the names.</summary>
    public static SettingsReading Parse(IReadOnlyDictionary<string, SettingText> given, SettingsContext context)
    {
        var settings = new LoadShaperSettings();
        var values = new List<SettingValue>();
        var problems = new List<SettingProblem>();
        var refused = new HashSet<string>(StringComparer.Ordinal);
        foreach (var setting in SettingsTable.All)
        {
            var (text, origin) = given.TryGetValue(setting.Name, out var found) && found.Text.Trim() is { Length: > 0 } trimmed
                ? new SettingText(trimmed, found.Origin)
                : new SettingText(setting.Default, SettingOrigin.Reference);
            values.Add(new SettingValue(setting, text, origin));
            if (text == "")
                continue;
            var parsed = setting.Read(text);
            if (parsed.Put is { } put)
            {
                settings = put(settings);
            }
            else
            {
                refused.Add(setting.Name);
                problems.Add(new SettingProblem(setting.Name, text, origin, parsed.Broken, parsed.Fix));
            }
        }
        var relations = SettingsRelations.Validate(settings, context, values, refused);
        problems.AddRange(relations.Problems);
        return new SettingsReading(problems.Count == 0 ? settings : null, values, problems, relations.Warnings);
    }

    /// <summary>The same for plain texts, as a command line gives them.</summary>
    public static SettingsReading Parse(IReadOnlyDictionary<string, string> given, SettingsContext context) =>
        Parse(given.ToDictionary(pair => pair.Key, pair => new SettingText(pair.Value, SettingOrigin.Environment), StringComparer.Ordinal), context);
}
