using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Tests.History;

/// <summary>Reports of the controller.</summary>
internal static class Reports
{
    public static ControllerStatus At(
        DateTimeOffset at, SlotKind? kind = SlotKind.Baseline, GatePosition gate = GatePosition.Open, GateCauses causes = GateCauses.None,
        double p95 = 25, Verdict? verdict = null, Block? block = null, DayPlan? day = null, double intensity = 20, Levers? levers = null) => new(
            at, kind is null ? CpuStrategy.Blocks : CpuStrategy.Slots, ControllerState.Maintaining, kind, 6.5,
            new CpuPlan(Percent.Of(intensity), at.AddMinutes(1)), new GateDecision(gate, 1, causes, null),
            new CpuFigures(p95, p95, p95, p95), default, new CpuFigures(p95, p95 + 1, p95 + 2, p95),
            10_080, verdict, levers ?? new Levers(Cpu: true, Memory: false), day, block);
}
