using System.Text.Json;
using LoadShaper.Domain.Memory;

namespace LoadShaper.Daemon.Health;

/// <summary>What is held and why not more, the same in /health and /metrics.</summary>
internal static class MemoryJson
{
    public static void Write(Utf8JsonWriter json, MemoryStatus? memory) => json.Object("memory", () =>
    {
        json.WriteString("phase", memory is null ? null : JsonPage.Snake(memory.Phase));
        json.WriteString("limited_by", memory is { Limit: not MemoryLimit.None } ? JsonPage.Snake(memory.Limit) : null);
        json.Number("target_percent", memory?.Target.Value);
        json.Number("used_lowest_percent", memory?.Use?.LowestShare.Value);
        json.Number("want_mb", memory?.Want.MiB);
        json.Number("held_mb", memory?.Held.MiB);
        json.Number("resident_mb", memory?.Resident?.MiB);
        json.Number("reserve_mb", memory?.Reserve.MiB);
        json.WriteString("holder", memory is null ? null : JsonPage.Snake(memory.Holder));
        json.Time("last_release", memory?.LastRelease?.At);
        json.WriteString("last_release_cause", memory?.LastRelease is { } release ? JsonPage.Snake(release.Cause) : null);
        json.Number("last_release_mb", memory?.LastRelease?.Amount.MiB);
        json.Time("no_growth_before", memory?.NoGrowthBefore);
    });
}
