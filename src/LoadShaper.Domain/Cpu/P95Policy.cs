using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Cpu.Slots;

namespace LoadShaper.Domain.Cpu;

/// <summary>
/// How much load the CPU is to carry now, so that the seven-day P95 stays where it should. Pure: the same settings, state
/// and input give the same answer. To be asked at each control period; it says nothing new until something is new.
/// </summary>
public static class P95Policy
{
    public static P95Decision Decide(CpuSettings settings, P95State state, P95Input input) =>
        settings.Strategy switch
        {
            CpuStrategy.Blocks => BlocksPolicy.Decide(settings, state, input),
            _ => SlotsPolicy.Decide(settings, state, input),
        };
}
