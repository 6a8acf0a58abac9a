using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Cpu;

/// <summary>
/// What the workers are to fill the machine up to. Foreign use counts towards it; the plan is void after its end.
/// </summary>
/// <param name="Intensity">Share of all CPUs together, own and foreign; 0 is idle.</param>
/// <param name="Until">The end of the slot, minute or block that it was made for.</param>
public sealed record CpuPlan(Percent Intensity, DateTimeOffset Until)
{
    public static CpuPlan Idle(DateTimeOffset until) => new(Percent.Zero, until);
}
