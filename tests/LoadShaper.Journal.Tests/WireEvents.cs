using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Cpu.Slots;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Network.Peers;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Journal.Tests;

/// <summary>What the file of each manifest under Wire/ means. A file is never changed: a new form is a new manifest and a new file.</summary>
internal static class WireEvents
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 12, 0, 0, 16, TimeSpan.Zero);

    private static readonly P95Input Slots = new(
        At, GatePosition.Open, 22.41, 22.3, 21.95, 3, 5.01, 2.37, 21.9, 0.12, 0.42, 0.01);

    private static readonly P95Input Blocks = new(
        At, GatePosition.HeldByLoadAverage, 20.11, 20.09, 20.02, 0, 5.01, 2.37, null, null, 0.42, 0, IdleMetric.Memory,
        new BlockInput(ShapeFamily.A1, [0, 30], 12, 240.5, 11, [.. Enumerable.Repeat(2.5, 24)]));

    private static readonly P95Input WithReserve = Blocks with { Blocks = Blocks.Blocks! with { Reserve = 72 } };

    private static readonly GateInput Gate = new(
        At, Percent.Of(91.25), Percent.Of(3.1), null, 1.07, Percent.Of(44.02), Percent.Of(0.35));

    private static readonly DaemonStarted Started = new(
        At, "1.0.0", "Akka.NET 1.5.70", 2,
        new Dictionary<string, string> { ["CPU_P95_STRATEGY"] = "slots", ["CPU_P95_SETPOINT"] = "24" }, ShapeFamily.A1);

    private static readonly MemoryReading Reading = new(
        ByteSize.FromMiB(6144), ByteSize.FromMiB(2048), ByteSize.FromMiB(4096), ByteSize.FromMiB(64), ByteSize.FromMiB(1024), ByteSize.FromMiB(128), ByteSize.FromMiB(16));

    private static readonly MemoryInput Memory = new(
        At, Reading, TimeSpan.Zero, new RecentMemory(ByteSize.FromMiB(900), ByteSize.FromMiB(950), ByteSize.FromMiB(4100)), Percent.Of(0.5), null,
        ByteSize.FromMiB(256), ByteSize.FromMiB(320), GatePosition.Open, Wanted: true,
        new MemoryLoss(MemoryReleaseCause.HolderKilled, ByteSize.FromMiB(64)));

    private static readonly FallbackInput Fallback = new(
        At, ShapeFamily.A1, Percent.Of(12.5), Percent.Of(15), Percent.Of(0.1),
        new NetworkReading("ens3", BitRate.FromMbit(0.5), BitRate.FromMbit(1.25), BitRate.FromMbit(1000)), GatePosition.Open);

    private static readonly StateRecorded Recorded = new(At, new ControllerSnapshot(
        new P95State(
            ControllerState.Reducing, At.AddDays(-1),
            new PresentSlot(Slot.At(At, TimeSpan.FromHours(6)), SlotKind.High, Percent.Of(25), GatePosition.Open, null),
            new SlotRing(TimeSpan.FromHours(6), 82_000, [0x0f], [0x05]),
            new DayPlan(new DateOnly(2026, 11, 21), [13], null, 0),
            new Block(At, At.AddHours(1), Percent.Of(22.5), Whole: false),
            null),
        new GateState(GatePosition.Closed, GateCauses.LoadAverage | GateCauses.MemoryUse, At.AddMinutes(-3)),
        VerdictKind.AtRisk, At.AddSeconds(-5), Started));

    private static readonly LedgerState Ledger = new(
        new DateOnly(2026, 11, 1), Sent(1_000_000, 2_000_000), Sent(10_000, 20_000), BudgetLevel.Warning);
    private static readonly OracleInput Oracle = new(At, VerdictKind.Safe, 24.51, VerdictKind.AtRisk, 18.4, At.AddMinutes(-4));

    /// <summary>By manifest, all that were ever written.</summary>
    public static IReadOnlyDictionary<string, IEvent> All { get; } = new Dictionary<string, IEvent>
    {
        ["daemon-started.1"] = Started,
        ["daemon-stopped.1"] = new DaemonStopped(At, "stop was asked for"),
        ["gap-seen.1"] = new GapSeen(At, At.AddMinutes(-61.5), GapCause.JournalFailed, "database or disk is full"),
        ["state-changed.1"] = new StateChanged(Slots, ControllerState.Maintaining, ControllerState.Building),
        ["slot-decided.1"] = new SlotDecided(
            Slots, Slot.At(At, TimeSpan.FromSeconds(60)), SlotKind.CatchUp, Percent.Of(25.52), BeforeWasHigh: false),
        ["day-planned.1"] = new DayPlanned(Blocks, new DayPlan(new DateOnly(2026, 11, 21), [13, 20], 22, 18)),
        ["block-started.1"] = new BlockStarted(Blocks, new Block(At, At.AddHours(1), Percent.Of(22.5), Whole: true)),
        ["block-ended.1"] = new BlockEnded(Blocks, BlockEnd.OutOfReach),
        ["state-changed.2"] = new StateChanged(WithReserve, ControllerState.Maintaining, ControllerState.Building),
        ["day-planned.2"] = new DayPlanned(WithReserve, new DayPlan(new DateOnly(2026, 11, 21), [13, 20], 22, 18)),
        ["block-started.2"] = new BlockStarted(WithReserve, new Block(At, At.AddHours(1), Percent.Of(22.5), Whole: true)),
        ["block-ended.2"] = new BlockEnded(WithReserve, BlockEnd.OutOfReach),
        ["state-recorded.1"] = Recorded,
        ["state-recorded.2"] = Recorded with { Memory = Recorded.Memory with { Ledger = Ledger } },
        ["gate-closed.1"] = new GateClosed(At, GatePosition.Closed, GateCauses.ForeignCpu | GateCauses.LoadAverage, Gate),
        ["gate-opened.1"] = new GateOpened(At, Gate),
        ["gate-closed.2"] = new GateClosed(
            At, GatePosition.Closed, GateCauses.ForeignCpu | GateCauses.LoadAverage, Gate with { Folded = 3 }, new GateHold(2, At)),
        ["gate-opened.2"] = new GateOpened(At, Gate, new GateHold(2, At.AddMinutes(-1))),
        ["verdict-changed.1"] = new VerdictChanged(
            new VerdictInput(At, 22.4, 21.95, 30, 44.02, null, TimeSpan.FromDays(7.25), TimeSpan.FromMinutes(17), 0),
            VerdictKind.Unknown,
            new Verdict(VerdictKind.Safe, IdleMetric.Memory, 24.02, 22.4, 21.95, 44.02, null, TimeSpan.FromMinutes(17), 0, At.AddHours(30))),
        ["memory-growth-started.1"] = new MemoryGrowthStarted(Memory, ByteSize.FromMiB(512)),
        ["memory-target-reached.1"] = new MemoryTargetReached(Memory with { Lost = null }),
        ["memory-limited.1"] = new MemoryLimited(Memory, MemoryLimit.Cgroup),
        ["memory-released.1"] = new MemoryReleased(Memory, MemoryReleaseCause.Pressure, ByteSize.FromMiB(128), 2, At.AddMinutes(10)),
        ["memory-release-ordered.1"] = new MemoryReleaseOrdered(
            Memory with { Lost = null }, MemoryReleaseCause.Reserve, ByteSize.FromMiB(128), 2, At.AddMinutes(10)),
        ["memory-released.2"] = new MemoryReleased(
            Memory with { Lost = null, Returned = new MemoryReturn(MemoryReleaseCause.Reserve, ByteSize.FromMiB(126)) },
            MemoryReleaseCause.Reserve, ByteSize.FromMiB(126), 2, At.AddMinutes(10)),
        ["fallback-activated.1"] = new FallbackActivated(At, Fallback, At.AddSeconds(-30)),
        ["fallback-deactivated.1"] = new FallbackDeactivated(At, null, FallbackEnd.Silence),
        ["fallback-activated.2"] = new FallbackActivated(
            At, Fallback with { Budget = BudgetLevel.Within }, At.AddSeconds(-30), NetworkActivation.Adaptive),
        ["fallback-deactivated.2"] = new FallbackDeactivated(At, Fallback with { Budget = BudgetLevel.Reached }, FallbackEnd.BudgetReached),
        ["generator-changed.1"] = new GeneratorChanged(
            new GeneratorInput(At, true, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20.5), 2, 2, 1, 1, 0), GeneratorPhase.Off, GeneratorPhase.Degraded),
        ["peer-changed.1"] = new PeerChanged(
            At, "b.internal", "10.0.0.2:15201", PeerPhase.Up, PeerPhase.Down, PeerTrouble.NoAnswer, 0.025, 40.5),
        ["traffic-reserved.1"] = new TrafficReserved(
            new LedgerInput(At, Sent(900, 0), Sent(5000, 0), Resumed: true), Ledger.Month, Sent(1_000_900, 2_000_000), Sent(5000, 0)),
        ["traffic-budget-level-changed.1"] = new BudgetLevelChanged(
            At, BudgetLevel.Within, BudgetLevel.Warning, ByteSize.FromBytes(800_000_000_000), ByteSize.FromBytes(1_000_000_000_000)),
        ["oracle-verdict-differed.1"] = new OracleVerdictDiffered(Oracle),
        ["oracle-verdict-agreed.1"] = new OracleVerdictAgreed(Oracle with { Ours = VerdictKind.AtRisk, OurCpu = null }),
    };

    private static Traffic Sent(long external, long @private) => new(ByteSize.FromBytes(external), ByteSize.FromBytes(@private));
}
