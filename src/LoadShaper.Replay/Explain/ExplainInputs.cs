using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Replay.Explain;

/// <summary>The inputs of a decision by name.</summary>
internal static class ExplainInputs
{
    public static IReadOnlyList<(string Name, string Value)> Of(P95Input input)
    {
        List<(string Name, string Value)> inputs =
        [
            ("pessimistic P95, 1m/5m/1h", $"{input.P95:0.00} / {input.P95Five:0.00} / {input.P95Hour:0.00} %"),
            ("gate", EventLine.Describe(input.Gate)),
            ("foreign CPU, last minute", $"{input.Foreign:0.00} %"),
            ("mean of the slot before", input.SlotMean is { } mean ? $"{mean:0.00} %" : "not seen"),
            ("load per core, foreign", input.Load is { } load ? $"{load:0.00}" : "unknown"),
            ("real load would hold", $"{input.RealHolds} h"),
            ("pace", $"{input.Pace:0.00} %"),
            ("noise / steal", $"{input.Noise:0.00} points / {input.Steal:0.00} %"),
            ("saved by", input.SavedBy?.ToString().ToLowerInvariant() ?? "none"),
        ];
        if (input.Blocks is { } blocks)
        {
            inputs.Add(("hours to make up, due in h", blocks.Due.Count == 0 ? "none" : string.Join(", ", blocks.Due)));
            inputs.Add(("minutes today at threshold", $"{blocks.Reached}"));
            inputs.Add(("this hour so far", $"{blocks.HourSeen} minutes, sum {blocks.HourSum:0.00}"));
        }

        return inputs;
    }

    public static IReadOnlyList<(string Name, string Value)> Of(GateInput input) =>
    [
        ("run-queue delay", Share(input.RunDelay)),
        ("foreign CPU", Share(input.ForeignCpu)),
        ("memory pressure (PSI)", Share(input.MemoryPressure)),
        ("load per core, foreign", input.ForeignLoadPerCore is { } load ? $"{load:0.00}" : "unknown"),
        ("memory use", Share(input.MemoryUse)),
        ("network use", Share(input.NetworkUse)),
    ];

    public static IReadOnlyList<(string Name, string Value)> Of(VerdictInput input) =>
    [
        ("observed CPU P95, lowest", Share(input.Cpu)),
        ("pessimistic CPU P95, lowest", Share(input.CpuPessimistic)),
        ("memory, mean", Share(input.Memory)),
        ("network, mean", Share(input.Network)),
        ("watched", EventLine.Span(input.Watched)),
        ("not seen of the window", EventLine.Span(input.Missing)),
        ("minutes needed", $"{input.MinutesNeeded}"),
    ];

    private static string Share(Percent? value) => Share(value?.Value);

    private static string Share(double? value) => value is { } share ? $"{share:0.00} %" : "unknown";
}
