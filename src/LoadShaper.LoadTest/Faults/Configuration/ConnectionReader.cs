using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Scenarios.Yaml;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Faults.Configuration;

/// <summary>Reads the faults of whole connections: refuse, reset, half_open, stall, limit.</summary>
internal static class ConnectionReader
{
    internal static ConnectionFaults Read(YamlReading reading, IReadOnlyDictionary<string, YamlNode> map)
    {
        var faults = ConnectionFaults.None;
        foreach (var (key, node) in map)
            faults = key switch
            {
                "refuse" => faults with { Refuse = reading.Probability(node, key) },
                "reset" => faults with { Reset = Event(reading, node, key, out _) },
                "half_open" => faults with { HalfOpen = Event(reading, node, key, out _) },
                "stall" => faults with { Stall = Event(reading, node, key, out var length, "for") is { } start ? new StallFaults(start, length) : null },
                "limit" => faults with { LimitBytes = Limit(reading, node) },
                _ => faults,
            };
        return faults;
    }

    /// <summary>`true`, a share, or {prob: 10%, after: 1s, after_bytes: 64KiB}. Without a time or size it happens at once.</summary>
    private static ConnectionEvent? Event(YamlReading reading, YamlNode node, string what, out TimeSpan? length, params string[] more)
    {
        length = null;
        if (node is not YamlMappingNode)
            return reading.Probability(node, what) is > 0 and var share ? new ConnectionEvent(share, TimeSpan.Zero, null) : null;
        if (reading.Map(node, what, ["prob", "after", "after_bytes", .. more]) is not { } map)
            return null;
        if (map.TryGetValue("for", out var forNode))
            length = reading.Duration(forNode, "for");
        TimeSpan? after = map.TryGetValue("after", out var afterNode) ? reading.Duration(afterNode, "after", allowZero: true) : null;
        long? bytes = map.TryGetValue("after_bytes", out var bytesNode) ? reading.Size(bytesNode, "after_bytes") : null;
        return new ConnectionEvent(
            map.TryGetValue("prob", out var prob) ? reading.Probability(prob, "prob") : 1,
            after is null && bytes is null ? TimeSpan.Zero : after, bytes);
    }

    private static long? Limit(YamlReading reading, YamlNode node)
    {
        var bytes = reading.Size(node, "limit");
        if (bytes is not (null or >= 1))
            reading.Report(node, "limit is 0; expected at least 1 byte, or refuse: true");
        return bytes;
    }
}
