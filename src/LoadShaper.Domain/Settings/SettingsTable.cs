namespace LoadShaper.Domain.Settings;

/// <summary>
/// Every setting there is. Documentation, validation and `loadshaper config` come from here; the defaults stand in
/// hocon/reference.conf too, where users read them, and a test holds the two together.
/// </summary>
public static class SettingsTable
{
    public static IReadOnlyList<Setting> All { get; } =
        [.. CpuRows.All, .. GateRows.All, .. SamplingRows.All, .. MemoryRows.All, .. NetworkRows.All, .. TrafficRows.All, .. FallbackRows.All, .. DaemonRows.All];

    private static readonly Dictionary<string, Setting> ByName = All.ToDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>The setting of that name, or null.</summary>
    public static Setting? Find(string name) => ByName.GetValueOrDefault(name);
}
