using System.Text;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Configuration;

/// <summary>Problems and warnings as the user reads them: who said it, the variable, what is wrong, how to mend it.</summary>
public static class SettingsReport
{
    /// <summary>For standard error when nothing is started; ends with a line feed.</summary>
    public static string Problems(IReadOnlyList<SettingProblem> problems) =>
        $"configuration has {problems.Count} problem{(problems.Count == 1 ? "" : "s")}; nothing was started\n" + Lines(problems);

    /// <summary>Empty where there are none.</summary>
    public static string Warnings(IReadOnlyList<SettingProblem> warnings) =>
        warnings.Count == 0 ? "" : $"configuration has {warnings.Count} warning{(warnings.Count == 1 ? "" : "s")}\n" + Lines(warnings);

    /// <summary>One problem on one line, for a log.</summary>
    public static string Line(SettingProblem problem) =>
        $"{problem.Origin}: {problem.Variable}{(problem.Value == "" ? "" : $"={Shown(problem.Value)}")} {problem.Broken}; {problem.Mend}";

    private static string Lines(IReadOnlyList<SettingProblem> problems)
    {
        var origins = problems.Max(p => p.Origin.ToString().Length);
        var names = problems.Max(p => p.Variable.Length);
        var text = new StringBuilder();
        foreach (var problem in problems)
        {
            text.Append("  ").Append(problem.Origin.ToString().PadRight(origins))
                .Append("  ").Append(problem.Variable.PadRight(names)).Append("  ");
            if (problem.Value != "")
                text.Append(Shown(problem.Value)).Append(' ');
            text.Append(problem.Broken).Append('\n')
                .Append(' ', origins + names + 6).Append("→ ").Append(problem.Mend).Append('\n');
        }
        return text.ToString();
    }

    // A value is shown as given, but never breaks the line or the terminal.
    private static string Shown(string value)
    {
        var clean = new string([.. value.Take(80).Select(c => char.IsControl(c) ? '?' : c)]);
        return value.Length > 80 ? clean + "…" : clean;
    }
}
