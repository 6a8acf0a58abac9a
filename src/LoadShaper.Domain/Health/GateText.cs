using System.Globalization;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Health;

/// <summary>The signals that keep the gate from being open, in the operator's words.</summary>
public static class GateText
{
    /// <param name="input">The readings, to be shown beside the names; null for the names alone.</param>
    public static IReadOnlyList<string> Causes(GateCauses causes, GateInput? input)
    {
        var texts = new List<string>();
        void Add(GateCauses cause, string text)
        {
            if (causes.HasFlag(cause))
                texts.Add(text);
        }

        Add(GateCauses.RunDelay, $"run-queue delay{Share(input?.RunDelay)}");
        Add(GateCauses.ForeignCpu, $"other processes' CPU{Share(input?.ForeignCpu)}");
        Add(GateCauses.MemoryPressure, $"memory pressure{Share(input?.MemoryPressure)}");
        Add(GateCauses.LoadAverage, input?.ForeignLoadPerCore is { } load ? string.Create(CultureInfo.InvariantCulture, $"load average {load:0.00} per core") : "load average");
        Add(GateCauses.MemoryUse, $"memory use{Share(input?.MemoryUse)}");
        Add(GateCauses.NetworkUse, $"network use{Share(input?.NetworkUse)}");
        Add(GateCauses.MissingReading, "a reading is missing");
        Add(GateCauses.Repeated, "it closed repeatedly, so it stays closed for a while");
        return texts;
    }

    private static string Share(Percent? read) =>
        read is { } value ? string.Create(CultureInfo.InvariantCulture, $" {value.Value:0.#} %") : "";
}
