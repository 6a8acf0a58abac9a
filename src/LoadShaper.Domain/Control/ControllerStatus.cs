using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Readings;

namespace LoadShaper.Domain.Control;

/// <summary>The last report of the controller.</summary>
/// <param name="Kind">What the present slot is; null with `blocks` and before the first.</param>
/// <param name="Exceedance">Share of high slots in the last 24 hours, percent.</param>
/// <param name="Readings">Seven-day P95 with unseen minutes absent, and the worst day.</param>
/// <param name="WithoutSteal">The same of busy without steal.</param>
/// <param name="Pessimistic">The same with unseen minutes taken for idle.</param>
/// <param name="Problem">Why decisions are not being journaled; null when they are.</param>
/// <param name="Stuck">A signal that alone keeps the gate closed although the others contradict it, where nothing else protects the VM.</param>
/// <param name="ReserveHours">Hours for which the CPU readings hold if LoadShaper stopped now; null when they do not hold.</param>
/// <param name="JournalLoss">What was lost of the journal since the daemon was started; null when nothing was.</param>
public sealed record ControllerStatus(
    DateTimeOffset At,
    CpuStrategy Strategy,
    ControllerState State,
    SlotKind? Kind,
    double Exceedance,
    CpuPlan Plan,
    GateDecision? Gate,
    CpuFigures Readings,
    CpuFigures WithoutSteal,
    CpuFigures Pessimistic,
    int SeenMinutes,
    Verdict? Verdict,
    Levers Levers,
    DayPlan? Day,
    Block? Block,
    string? Problem = null,
    string? JournalLoss = null,
    StuckSignal? Stuck = null,
    int? ReserveHours = null)
{
    /// <summary>Whether the verdict can be kept; null before the first.</summary>
    public VerdictOutlook? Outlook =>
        Verdict is null ? null : Stuck is null ? VerdictOutlook.Holding : VerdictOutlook.Falling;
}
