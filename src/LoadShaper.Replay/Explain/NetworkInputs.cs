using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;

namespace LoadShaper.Replay.Explain;

/// <summary>The inputs of decisions about traffic by name.</summary>
internal static class NetworkInputs
{
    public static IReadOnlyList<(string Name, string Value)> Of(FallbackInput input) =>
    [
        ("rule", $"{input.Family}"),
        ("CPU P95, lowest", input.CpuP95 is { } cpu ? $"{cpu.Value:0.00} %" : "unknown"),
        ("memory use", input.Memory is { } memory ? $"{memory.Value:0.00} %" : "unknown"),
        ("network use, average", input.NetworkAverage is { } average ? $"{average.Value:0.00} %" : "unknown"),
        ("interface, sent / received", input.Network is { } reading ? $"{reading.Sent.Mbit:0.00} / {reading.Received.Mbit:0.00} of {reading.Link.Mbit:0.##} Mbit/s" : "unknown"),
        ("gate", EventLine.Describe(input.Gate)),
        ("traffic budget", input.Budget is { } level ? NetworkEventText.Describe(level) : "unknown"),
    ];

    public static IReadOnlyList<(string Name, string Value)> Of(GeneratorInput input) =>
    [
        ("traffic wanted", input.Wished ? $"for {EventLine.Span(input.WishedFor)}" : "no"),
        ("switched on or off", $"{EventLine.Span(input.TurnedFor)} ago"),
        ("peers", $"{input.Peers}, with an address {input.Resolved}, not receiving {input.Failed}"),
        ("receiving over UDP / TCP", $"{input.Udp} / {input.Tcp}"),
    ];

    public static IReadOnlyList<(string Name, string Value)> Of(LedgerInput input) =>
    [
        ("sent since the last entry", NetworkEventText.Describe(input.Sent)),
        ("wanted next", NetworkEventText.Describe(input.Wanted)),
        ("first entry of a run", input.Resumed ? "yes" : "no"),
    ];
}
