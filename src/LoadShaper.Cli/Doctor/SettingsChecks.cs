using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Cli.Doctor;

/// <summary>Settings, shape and template, and whether these targets protect the VM at all.</summary>
internal static class SettingsChecks
{
    public static IEnumerable<CheckResult> Settings(SettingsReading reading)
    {
        foreach (var problem in reading.Problems)
            yield return CheckResult.Fail("settings", SettingsReport.Found(problem), problem.Mend);
        foreach (var warning in reading.Warnings)
            yield return CheckResult.Warn("settings", SettingsReport.Found(warning), warning.Mend);
        if (reading.Problems.Count + reading.Warnings.Count == 0)
            yield return CheckResult.Pass("settings", $"all {reading.Values.Count} are valid");
    }

    public static IEnumerable<CheckResult> Shape(Shape shape)
    {
        foreach (var warning in shape.Warnings)
            yield return CheckResult.Warn("shape", warning, "see `loadshaper config` for the figures in use");
        if (shape.Warnings.Count == 0)
            yield return CheckResult.Pass("shape", $"{shape.Name} ({shape.Source}); template {shape.Template ?? "none, the defaults hold"}");
    }

    /// <summary>The verdict of the rule on the targets alone; the verdict on what was measured is the daemon's.</summary>
    public static CheckResult Rule(LoadShaperSettings settings, ShapeFamily family)
    {
        var aimed = RuleTargets.AimedAbove(settings, family);
        var counted = family == ShapeFamily.A1 ? "CPU, memory and network count" : "CPU and network count";
        return aimed.Count > 0
            ? CheckResult.Pass("idle rule", $"{string.Join(" and ", aimed)} aimed above 20 % ({counted}, one is enough)")
            : CheckResult.Fail("idle rule", $"nothing is aimed above 20 %: Oracle would call this VM idle ({counted})", "set CPU_P95_SETPOINT=25");
    }
}
