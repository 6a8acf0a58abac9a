using System.Globalization;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Safety;

/// <summary>One signal that alone keeps the gate closed while the other signals contradict it.</summary>
/// <param name="For">How long, by the monotonic clock.</param>
/// <param name="Input">The last readings.</param>
public sealed record StuckSignal(GateCauses Cause, TimeSpan For, GateInput Input)
{
    /// <summary>What is wrong and what to do, for /health.</summary>
    public string Describe()
    {
        var hours = For.TotalHours.ToString("0.0", CultureInfo.InvariantCulture);
        return Cause switch
        {
            GateCauses.MemoryPressure =>
                $"memory pressure ({Text(Input.MemoryPressure)} of time stalled) has kept the gate closed for {hours} h, with {Text(Input.MemoryUse)} of the memory in use; "
                + "no load runs. Find the control group that stalls (memory.pressure, memory.high); if total= in /proc/pressure/memory does not change, reboot",
            GateCauses.MemoryUse =>
                $"memory use ({Text(Input.MemoryUse)}) has kept the gate closed for {hours} h without memory pressure; no load runs. Raise MEM_STOP_PCT or free memory",
            GateCauses.ForeignCpu =>
                $"foreign CPU ({Text(Input.ForeignCpu)}) has kept the gate closed for {hours} h, with a load average of {Input.ForeignLoadPerCore?.ToString("0.00", CultureInfo.InvariantCulture)} per core; "
                + "no load runs. Compare /proc/stat with top: steal or a counter may be wrong",
            GateCauses.RunDelay =>
                $"run-queue delay has kept the gate closed for {hours} h, with foreign CPU at {Text(Input.ForeignCpu)}; no load runs. Look for a CPU limit of the control group (cpu.max)",
            _ =>
                $"network use ({Text(Input.NetworkUse)}) has kept the gate closed for {hours} h; no load runs. Check NET_LINK_MBIT, or raise NET_STOP_PCT",
        };
    }

    private static string Text(Percent? value) =>
        value is { } percent ? percent.Value.ToString("0.#", CultureInfo.InvariantCulture) + " %" : "unknown";
}
