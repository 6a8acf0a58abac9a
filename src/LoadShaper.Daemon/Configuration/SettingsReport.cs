using System.Text;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Configuration;

/// <summary>Problems and warnings for the user: source, variable, what is wrong, how to fix it.</summary>
internal static class SettingsReport
{
    /// <summary>For standard error, when LoadShaper does not start; ends with a line feed.</summary>
    public static string Problems(IReadOnlyList<SettingProblem> problems) =>
        $"configuration has {problems.Count} problem{(problems.Count == 1 ? "" : "s")}; LoadShaper does not start\n" + Lines(problems);

    /// <summary>Empty where there are none.</summary>
    public static string Warnings(IReadOnlyList<SettingProblem> warnings) =>
        warnings.Count == 0 ? "" : $"configuration has {warnings.Count} warning{(warnings.Count == 1 ? "" : "s")}\n" + Lines(warnings);

    /// <summary>One problem on one line, for a log.</summary>
    public static string Line(SettingProblem problem) => $"{Found(problem)}; {problem.Fix}";

    /// <summary>The same without the fix.</summary>
    public static string Found(SettingProblem problem) =>
        $"{problem.Origin}: {Clean(problem.Variable)}{(problem.Value == "" ? "" : $"={Shown(problem.Value)}")} {Clean(problem.Broken)}";

    private static string Lines(IReadOnlyList<SettingProblem> problems)
    {
        var origins = problems.Max(p => p.Origin.ToString().Length);
        var names = problems.Max(p => p.Variable.Length);
        var text = new StringBuilder();
        foreach (var problem in problems)
        {
            text.Append("  ").Append(problem.Origin.ToString().PadRight(origins))
                .Append("  ").Append(Clean(problem.Variable).PadRight(names)).Append("  ");
            if (problem.Value != "")
                text.Append(Shown(problem.Value)).Append(' ');
            text.Append(Clean(problem.Broken)).Append('\n')
                .Append(' ', origins + names + 6).Append("Fix: ").Append(problem.Fix).Append('\n');
        }
        return text.ToString();
    }

    private static string Shown(string value) => value.Length > 80 ? Clean(value[..80]) + "…" : Clean(value);

    // Control characters of a value would break the line or the terminal.
    private static string Clean(string text) => new([.. text.Select(c => char.IsControl(c) ? '?' : c)]);
}
