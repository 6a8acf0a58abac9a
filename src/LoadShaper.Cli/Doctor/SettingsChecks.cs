using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Cli.Doctor;

/// <summary>Settings, shape and template, and whether the targets protect the VM.</summary>
internal static class SettingsChecks
{
    public static IEnumerable<CheckResult> Settings(SettingsReading reading)
    {
        foreach (var problem in reading.Problems)
            yield return CheckResult.Fail("settings", SettingsReport.Found(problem), problem.Fix);
        foreach (var warning in reading.Warnings)
            yield return CheckResult.Warn("settings", SettingsReport.Found(warning), warning.Fix);
        if (reading.Problems.Count + reading.Warnings.Count == 0)
            yield return CheckResult.Pass("settings", $"all {reading.Values.Count} are valid");
    }

    public static IEnumerable<CheckResult> Shape(Shape shape)
    {
        foreach (var warning in shape.Warnings)
            yield return CheckResult.Warn("shape", warning, "see `loadshaper config` for the values in force");
        if (shape.Warnings.Count == 0)
            yield return CheckResult.Pass("shape", $"{shape.Name} ({shape.Source}); template {shape.Template ?? "none, the defaults apply"}");
    }

    /// <summary>Judges the targets only; the daemon judges the measured values.</summary>
    public static CheckResult Rule(LoadShaperSettings settings, ShapeFamily family)
    {
        var aimed = RuleTargets.AimedAbove(settings, family);
        var counted = family == ShapeFamily.A1 ? "CPU, memory and network count" : "CPU and network count";
        return aimed.Count > 0
            ? CheckResult.Pass("idle rule", $"target above 20 %: {string.Join(" and ", aimed)} ({counted}, one is enough)")
            : CheckResult.Fail("idle rule", $"no target is above 20 %: Oracle would call this VM idle ({counted})", "set CPU_P95_SETPOINT=25");
    }
}
