using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Configuration;

/// <summary>The settings that decide which shape and template apply.</summary>
/// <param name="TemplateDir">Absolute.</param>
/// <param name="TemplateDirIsOwn">Whether the user named it.</param>
/// <param name="MetadataProbe">Whether the metadata service may be asked.</param>
/// <param name="StatedShape">LOADSHAPER_SHAPE; null when the shape is detected.</param>
internal sealed record EarlySettings(string TemplateDir, bool TemplateDirIsOwn, bool MetadataProbe, string? StatedShape);

/// <summary>Reads the settings: environment over the shape's template over reference.conf. Reports every problem at once.</summary>
/// <param name="programDir">Where config-templates/ is unless the user names another directory.</param>
/// <param name="reference">The defaults.</param>
internal sealed class SettingsReader(string programDir, ReferenceConf reference)
{
    private const int MaxTemplateBytes = 64 * 1024;

    /// <summary>With the files of a directory, or of this program's own.</summary>
    public static SettingsReader For(string? programDir = null)
    {
        var dir = programDir ?? AppContext.BaseDirectory;
        return new SettingsReader(dir, ReferenceConf.Read(Path.Combine(dir, "hocon", "reference.conf")));
    }

    /// <summary>The settings that decide which template is read. A wrong value takes its default here, and is reported by <see cref="Read"/>.</summary>
    public EarlySettings ReadEarly(IReadOnlyDictionary<string, string> environment)
    {
        string TextOf(string name) =>
            environment.GetValueOrDefault(name)?.Trim() is { Length: > 0 } own ? own : reference.Values.GetValueOrDefault(name)?.Text ?? "";
        var given = TemplateFile.BeforeTemplates
            .Select(name => KeyValuePair.Create(name, TextOf(name))).ToArray();
        var settings = new LoadShaperSettings();
        foreach (var (name, text) in given)
            if (text != "" && SettingsTable.Find(name)!.Read(text).Put is { } put)
                settings = put(settings);
        var isOwn = environment.GetValueOrDefault("LOADSHAPER_TEMPLATE_DIR")?.Trim() is { Length: > 0 };
        return new EarlySettings(
            isOwn && Directory.Exists(settings.TemplateDir) ? Path.GetFullPath(settings.TemplateDir) : Path.GetFullPath(settings.TemplateDir, programDir),
            isOwn, settings.MetadataProbe, settings.StatedShape);
    }

    /// <param name="environment">Of the process.</param>
    /// <param name="shape">Of this machine.</param>
    /// <param name="detected">The interface of the default route, for the settings that are left at their default; null when there is none.</param>
    public SettingsReading Read(IReadOnlyDictionary<string, string> environment, Shape shape, DetectedInterfaces? detected = null)
    {
        (environment, var links) = ServiceLinks.LeaveOut(environment);
        var problems = new List<SettingProblem>();
        var warnings = new List<SettingProblem>();
        problems.AddRange(reference.Problems);
        warnings.AddRange(reference.Warnings);
        warnings.AddRange(links);

        var template = ReadTemplate(ReadEarly(environment), shape, problems, warnings);
        problems.AddRange(template.Problems);

        var given = new Dictionary<string, SettingText>(reference.Values, StringComparer.Ordinal);
        Put(given, (detected?.Settings ?? []).Where(found => given[found.Key].Text == SettingsTable.Find(found.Key)!.Default));
        Put(given, template.Values);
        var scaled = new SettingOrigin(SettingSource.Template, shape.Template ?? shape.Source, Scaled: true);
        Put(given, shape.Scaled.ToDictionary(s => s.Key, s => new SettingText(s.Value, scaled)));
        var ours = environment.ToDictionary(v => v.Key, v => new SettingText(v.Value, SettingOrigin.Environment), StringComparer.Ordinal);
        Put(given, ours);

        var unknown = UnknownNames.Validate(template.Values.Concat(ours));
        var reading = SettingsParser.Parse(given, new SettingsContext(shape.Family, shape.Memory > ByteSize.Zero ? shape.Memory : null, $"{shape.Name} ({shape.Source})"));
        problems.AddRange(reading.Problems);
        warnings.AddRange(reading.Warnings);
        warnings.AddRange(unknown);
        return reading with { Settings = problems.Count == 0 ? reading.Settings : null, Problems = problems, Warnings = warnings };
    }

    private static TemplateFile ReadTemplate(EarlySettings early, Shape shape, List<SettingProblem> problems, List<SettingProblem> warnings)
    {
        var none = new TemplateFile(new Dictionary<string, SettingText>(), []);
        var dirOrigin = early.TemplateDirIsOwn ? SettingOrigin.Environment : SettingOrigin.Reference;
        SettingProblem About(string broken, string fix) => new("LOADSHAPER_TEMPLATE_DIR", early.TemplateDir, dirOrigin, broken, fix);

        if (early.TemplateDirIsOwn && !Directory.Exists(early.TemplateDir))
        {
            problems.Add(About("is not a directory", "set it to a directory with templates, or leave it out for those beside the program"));
            return none;
        }
        if (shape.Template is not { } name)
            return none;
        var path = Path.Combine(early.TemplateDir, name);
        try
        {
            // Opened rather than tested: in a directory without search permission every file seems to be missing.
            using var file = new StreamReader(path);
            if (file.BaseStream.Length <= MaxTemplateBytes)
                return TemplateFile.Parse(file.ReadToEnd(), name);
            problems.Add(About($"has a {name} of more than {MaxTemplateBytes / 1024} KiB, which is not a template", "fix the file"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            warnings.Add(About($"has no {name} for {shape.Name}: the defaults of reference.conf apply", $"put a {name} there, or set the values for this machine in the environment"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(About($"has a {name} that cannot be read: {e.Message}", "fix its permissions"));
        }
        return none;
    }

    private static void Put(Dictionary<string, SettingText> given, IEnumerable<KeyValuePair<string, SettingText>> stronger)
    {
        foreach (var (name, text) in stronger)
            if (SettingsTable.Find(name) is not null && text.Text.Trim() != "")
                given[name] = text;
    }
}
