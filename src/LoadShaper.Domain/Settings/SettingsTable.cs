using LoadShaper.Domain.Settings.Rows;

namespace LoadShaper.Domain.Settings;

/// <summary>
/// Every setting, and the only place of names, defaults, units, bounds, descriptions and risks. hocon/reference.conf,
/// docs/configuration.md, validation and `loadshaper config` are made from it.
/// </summary>
public static class SettingsTable
{
    public static IReadOnlyList<Setting> All { get; } =
        [.. CpuRows.All, .. GateRows.All, .. SamplingRows.All, .. MemoryRows.All, .. NetworkRows.All, .. TrafficRows.All, .. FallbackRows.All, .. OracleRows.All, .. DaemonRows.All, .. AlertRows.All];

    private static readonly Dictionary<string, Setting> ByName = All.ToDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>The setting of that name, or null.</summary>
    public static Setting? Find(string name) => ByName.GetValueOrDefault(name);
}
