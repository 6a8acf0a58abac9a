using System.Text.Json.Serialization;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Oracle;
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

        // Version 1 of the events of blocks has no reserve in its input.
        EventFormat.Former("state-changed.1", json => json.StateChanged, e => e),
        EventFormat.Current("slot-decided.1", json => json.SlotDecided),
        EventFormat.Former("day-planned.1", json => json.DayPlanned, e => e),
        EventFormat.Former("block-started.1", json => json.BlockStarted, e => e),
        EventFormat.Former("block-ended.1", json => json.BlockEnded, e => e),
        EventFormat.Current("state-changed.2", json => json.StateChanged),
        EventFormat.Current("day-planned.2", json => json.DayPlanned),
        EventFormat.Current("block-started.2", json => json.BlockStarted),
        EventFormat.Current("block-ended.2", json => json.BlockEnded),
        // Version 1 has no traffic ledger.
        EventFormat.Former("state-recorded.1", json => json.StateRecorded, e => e),
        EventFormat.Current("state-recorded.2", json => json.StateRecorded),

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

        // Version 1 has no budget in its input, and no NET_ACTIVATION.
        EventFormat.Former("fallback-activated.1", json => json.FallbackActivated, e => e),
        EventFormat.Former("fallback-deactivated.1", json => json.FallbackDeactivated, e => e),
        EventFormat.Current("fallback-activated.2", json => json.FallbackActivated),
        EventFormat.Current("fallback-deactivated.2", json => json.FallbackDeactivated),
        EventFormat.Current("generator-changed.1", json => json.GeneratorChanged),
        EventFormat.Current("peer-changed.1", json => json.PeerChanged),
        EventFormat.Current("traffic-reserved.1", json => json.TrafficReserved),
        EventFormat.Current("traffic-budget-level-changed.1", json => json.BudgetLevelChanged),

        EventFormat.Current("oracle-verdict-differed.1", json => json.OracleVerdictDiffered),
        EventFormat.Current("oracle-verdict-agreed.1", json => json.OracleVerdictAgreed),
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
[JsonSerializable(typeof(GeneratorChanged))]
[JsonSerializable(typeof(PeerChanged))]
[JsonSerializable(typeof(TrafficReserved))]
[JsonSerializable(typeof(BudgetLevelChanged))]
[JsonSerializable(typeof(OracleVerdictDiffered))]
[JsonSerializable(typeof(OracleVerdictAgreed))]
[JsonSerializable(typeof(ControllerSnapshot))]
internal sealed partial class WireJson : JsonSerializerContext;
