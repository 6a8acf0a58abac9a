using System.Text.Json.Serialization;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Journal;

/// <summary>Every manifest ever written. Add at the end of its topic; never change or remove a line.</summary>
internal static class EventFormats
{
    private static readonly WireJson Json = WireJson.Default;

    public static IReadOnlyList<EventFormat> All { get; } =
    [
        EventFormat.Current("daemon-started.1", Json.DaemonStarted),
        EventFormat.Current("daemon-stopped.1", Json.DaemonStopped),
        EventFormat.Current("gap-seen.1", Json.GapSeen),

        EventFormat.Current("state-changed.1", Json.StateChanged),
        EventFormat.Current("slot-decided.1", Json.SlotDecided),
        EventFormat.Current("day-planned.1", Json.DayPlanned),
        EventFormat.Current("block-started.1", Json.BlockStarted),
        EventFormat.Current("block-ended.1", Json.BlockEnded),
        EventFormat.Current("state-recorded.1", Json.StateRecorded),

        EventFormat.Current("gate-closed.1", Json.GateClosed),
        EventFormat.Current("gate-opened.1", Json.GateOpened),
        EventFormat.Current("verdict-changed.1", Json.VerdictChanged),

        EventFormat.Current("memory-growth-started.1", Json.MemoryGrowthStarted),
        EventFormat.Current("memory-target-reached.1", Json.MemoryTargetReached),
        EventFormat.Current("memory-limited.1", Json.MemoryLimited),
        EventFormat.Current("memory-released.1", Json.MemoryReleased),

        EventFormat.Current("fallback-activated.1", Json.FallbackActivated),
        EventFormat.Current("fallback-deactivated.1", Json.FallbackDeactivated),
    ];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    Converters = [typeof(PercentConverter), typeof(ByteSizeConverter), typeof(BitRateConverter), typeof(UtcTimeConverter), typeof(SecondsConverter), typeof(SlotConverter)])]
[JsonSerializable(typeof(DaemonStarted))]
[JsonSerializable(typeof(DaemonStopped))]
[JsonSerializable(typeof(GapSeen))]
[JsonSerializable(typeof(StateChanged))]
[JsonSerializable(typeof(SlotDecided))]
[JsonSerializable(typeof(DayPlanned))]
[JsonSerializable(typeof(BlockStarted))]
[JsonSerializable(typeof(BlockEnded))]
[JsonSerializable(typeof(GateClosed))]
[JsonSerializable(typeof(GateOpened))]
[JsonSerializable(typeof(VerdictChanged))]
[JsonSerializable(typeof(MemoryGrowthStarted))]
[JsonSerializable(typeof(MemoryTargetReached))]
[JsonSerializable(typeof(MemoryLimited))]
[JsonSerializable(typeof(MemoryReleased))]
[JsonSerializable(typeof(StateRecorded))]
[JsonSerializable(typeof(FallbackActivated))]
[JsonSerializable(typeof(FallbackDeactivated))]
[JsonSerializable(typeof(ControllerMemory))]
internal sealed partial class WireJson : JsonSerializerContext;
