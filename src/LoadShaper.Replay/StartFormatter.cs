using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Replay;

/// <summary>A start as text: the version, and the settings that changed.</summary>
internal static class StartFormatter
{
    /// <param name="started">The start.</param>
    /// <param name="before">The start before it; null compares with the defaults.</param>
    public static string Of(DaemonStarted started, DaemonStarted? before)
    {
        var words = $"daemon started: {started.Version} on {started.Akka}, {SlotRun.Count(started.CpuCount, "CPU")}, rule of {started.Family}";
        if (before is not null && before.Version != started.Version)
            words += $" (was {before.Version})";
        var changes = SettingsTable.All
            .Select(setting => (setting.Name, Before: TextOf(before, setting), Now: TextOf(started, setting)))
            .Where(setting => setting.Before != setting.Now)
            .Select(setting => $"{setting.Name}={setting.Now}{(before is null ? "" : $" (was {(setting.Before == "" ? "not set" : setting.Before)})")}")
            .ToArray();
        return changes.Length == 0
            ? words + (before is null ? "; all settings at their defaults" : "")
            : $"{words}; {string.Join(", ", changes)}";
    }

    private static string TextOf(DaemonStarted? started, Setting setting) =>
        started is not null && started.Settings.TryGetValue(setting.Name, out var text) ? text : setting.Default;
}
