using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Cpu.Burning;

/// <summary>What the burning of one control period was like.</summary>
/// <param name="Aim">What the machine is to come to, own and foreign; null when the CPU is left to others.</param>
/// <param name="Asked">Our own part of it.</param>
/// <param name="Gate">The gate as the workers apply it: at least as closed as ordered.</param>
/// <param name="Cores">One entry for each CPU that we may use.</param>
/// <param name="TakenToday">How long real work waited for us since the UTC day began, estimated.</param>
/// <param name="Taken">The same since the start of the actor that reports.</param>
/// <param name="Politeness">As checked at the start of the actor; repeated for a receiver that has restarted.</param>
public sealed record BurnReport(
    DateTimeOffset At,
    Percent? Aim,
    Percent Asked,
    GatePosition Gate,
    IReadOnlyList<CoreBurn> Cores,
    TimeSpan TakenToday,
    TimeSpan Taken = default,
    PolitenessReport? Politeness = null);

/// <summary>One burning thread.</summary>
/// <param name="Cpu">The kernel's number of the CPU.</param>
/// <param name="ThreadId">0 until the thread is ready.</param>
/// <param name="Duty">Its last order.</param>
/// <param name="Ran">CPU time since the thread began.</param>
/// <param name="Waited">Run-queue delay since it began.</param>
/// <param name="Taken">How long others waited for it since it began, estimated.</param>
public sealed record CoreBurn(int Cpu, int ThreadId, DutyCycle Duty, TimeSpan Ran, TimeSpan Waited, TimeSpan Taken);
