using System.Text.Json.Serialization;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Journal;

/// <summary>Every manifest ever written. Add at the end of its topic; never change or remove a line.</summary>
internal static class EventFormats
{
    public static IReadOnlyList<EventFormat> All { get; } =
    [
        EventFormat.Current("daemon-started.1", json => json.DaemonStarted),
        EventFormat.Current("daemon-stopped.1", json => json.DaemonStopped),
        EventFormat.Current("gap-seen.1", json => json.GapSeen),

        EventFormat.Current("state-changed.1", json => json.StateChanged),
        EventFormat.Current("slot-decided.1", json => json.SlotDecided),
        EventFormat.Current("day-planned.1", json => json.DayPlanned),
        EventFormat.Current("block-started.1", json => json.BlockStarted),
        EventFormat.Current("block-ended.1", json => json.BlockEnded),
        EventFormat.Current("state-recorded.1", json => json.StateRecorded),

        // Version 1 is of the undamped law: without a hold.
        EventFormat.Former("gate-closed.1", json => json.GateClosed, e => e),
        EventFormat.Former("gate-opened.1", json => json.GateOpened, e => e),
        EventFormat.Current("verdict-changed.1", json => json.VerdictChanged),
        EventFormat.Current("gate-closed.2", json => json.GateClosed),
        EventFormat.Current("gate-opened.2", json => json.GateOpened),

        EventFormat.Current("memory-growth-started.1", json => json.MemoryGrowthStarted),
        EventFormat.Current("memory-target-reached.1", json => json.MemoryTargetReached),
        EventFormat.Current("memory-limited.1", json => json.MemoryLimited),
        EventFormat.Former("memory-released.1", json => json.MemoryReleased, OrderOrRelease),
        EventFormat.Current("memory-release-ordered.1", json => json.MemoryReleaseOrdered),
        EventFormat.Current("memory-released.2", json => json.MemoryReleased),

        EventFormat.Current("fallback-activated.1", json => json.FallbackActivated),
        EventFormat.Current("fallback-deactivated.1", json => json.FallbackDeactivated),
    ];

    // The first version was written when the release was ordered; only what the holder had lost had gone back already.
    private static MemoryEvent OrderOrRelease(MemoryReleased first) => first.Input.Lost is null
        ? new MemoryReleaseOrdered(first.Input, first.Cause, first.Amount, first.Streak, first.NoGrowthBefore)
        : first;
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
[JsonSerializable(typeof(MemoryReleaseOrdered))]
[JsonSerializable(typeof(MemoryReleased))]
[JsonSerializable(typeof(StateRecorded))]
[JsonSerializable(typeof(FallbackActivated))]
[JsonSerializable(typeof(FallbackDeactivated))]
[JsonSerializable(typeof(ControllerSnapshot))]
internal sealed partial class WireJson : JsonSerializerContext;
