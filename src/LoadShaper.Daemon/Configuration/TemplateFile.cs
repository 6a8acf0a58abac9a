using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Configuration;

/// <summary>A template: lines of NAME=value, as an .env file has them. Nothing in it is executed or expanded.</summary>
internal sealed record TemplateFile(IReadOnlyDictionary<string, SettingText> Values, IReadOnlyList<SettingProblem> Problems)
{
    /// <summary>These settings choose the template, so they cannot be set in one.</summary>
    public static readonly string[] BeforeTemplates = ["LOADSHAPER_TEMPLATE_DIR", "LOADSHAPER_SHAPE", "ORACLE_METADATA_PROBE"];

    /// <param name="text">The content.</param>
    /// <param name="file">Its name, for the messages.</param>
    public static TemplateFile Parse(string text, string file)
    {
        var values = new Dictionary<string, SettingText>(StringComparer.Ordinal);
        var problems = new List<SettingProblem>();
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line == "" || line[0] == '#')
                continue;
            var origin = new SettingOrigin(SettingSource.Template, file, number);
            if (line.StartsWith("export ", StringComparison.Ordinal))
                line = line["export ".Length..].TrimStart();
            var equals = line.IndexOf('=');
            var name = equals < 0 ? "" : line[..equals].TrimEnd();
            if (!IsName(name))
                problems.Add(new SettingProblem("line", Clip(line), origin, "is not NAME=value", "write one NAME=value per line; comments begin with #"));
            else if (BeforeTemplates.Contains(name))
                problems.Add(new SettingProblem(name, Value(line[(equals + 1)..]), origin, "cannot be set in a template: it decides which template is read", "set it in the environment"));
            else if (values.TryGetValue(name, out var first))
                problems.Add(new SettingProblem(name, Value(line[(equals + 1)..]), origin, $"is set a second time, after line {first.Origin.Line}", "keep one of the two lines"));
            else
                values[name] = new SettingText(Value(line[(equals + 1)..]), origin);
        }
        return new TemplateFile(values, problems);
    }

    private static bool IsName(string name) =>
        name != "" && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static string Value(string text)
    {
        text = text.Trim();
        if (text.Length >= 2 && text[0] is '"' or '\'' && text.IndexOf(text[0], 1) is > 0 and var end
            && text[(end + 1)..].TrimStart() is var behind && (behind == "" || behind[0] == '#'))
            return text[1..end];
        // A comment after a value needs a blank before it, so that a # inside stays.
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '#' && (i == 0 || char.IsWhiteSpace(text[i - 1])))
                return text[..i].TrimEnd();
        return text;
    }

    private static string Clip(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
