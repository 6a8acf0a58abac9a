using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Readings;

namespace LoadShaper.Domain.History;

/// <summary>Half an hour of the past as the live page draws it. Percentages are 0 to 100; null is not seen.</summary>
/// <param name="Start">UTC, a full or a half hour.</param>
/// <param name="SeenMinutes">Minutes that were seen, 0 to 30.</param>
/// <param name="Own">Mean CPU use of LoadShaper over the seen minutes.</param>
/// <param name="Foreign">Mean CPU use of other processes, without steal.</param>
/// <param name="Steal">Mean time that the hypervisor gave to others; Oracle counts it as busy.</param>
/// <param name="Memory">Mean of the lowest formula for used memory.</param>
/// <param name="Network">Mean of the busier direction as a share of the link.</param>
/// <param name="P95">Lowest seven-day percentile of each grid in this half hour, unseen minutes counted as idle. `Day` is not kept.</param>
/// <param name="Gate">Null when no position is known.</param>
/// <param name="Plans">Null when no plan is known.</param>
/// <param name="Verdict">The last verdict of the half hour; null when none is known.</param>
public sealed record HistoryPoint(
    DateTimeOffset Start,
    int SeenMinutes,
    double? Own,
    double? Foreign,
    double? Steal,
    double? Memory,
    double? Network,
    CpuFigures P95,
    GateShares? Gate,
    PlanShares? Plans,
    VerdictKind? Verdict);

/// <summary>Shares of the known time, 0 to 1; what is missing to 1 the gate was open.</summary>
/// <param name="Held">Held by the load average.</param>
/// <param name="Causes">Every signal that kept it from being open.</param>
public sealed record GateShares(double Closed, double Held, GateCauses Causes);

/// <summary>Shares of the known time by kind of plan, 0 to 1, together 1.</summary>
public sealed record PlanShares(IReadOnlyList<double> ByKind)
{
    public double this[PlanKind kind] => ByKind[(int)kind];
}
