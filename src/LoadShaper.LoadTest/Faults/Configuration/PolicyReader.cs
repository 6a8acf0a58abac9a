using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Scenarios.Yaml;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Faults.Configuration;

/// <summary>
/// Reads one policy. Keys beside `uplink` and `downlink` apply in both directions; what is inside of these two wins there.
/// </summary>
internal static class PolicyReader
{
    internal const string Expected = "faults such as {latency: 50ms, jitter: 10ms, packet_loss: 1%}";

    private static readonly string[] LinkKeys =
        ["latency", "jitter", "packet_loss", "burst_loss", "packet_duplicate", "packet_reorder", "rate", "corrupt", "slice", "queue"];

    internal static readonly string[] Keys =
        [.. LinkKeys, "uplink", "downlink", "refuse", "reset", "half_open", "stall", "limit", "dns", "schedule"];

    internal static FaultPolicy? Read(YamlReading reading, YamlNode node, string name, params string[] otherKeys)
    {
        if (reading.Map(node, $"policy \"{name}\"", [.. Keys, .. otherKeys]) is not { } map)
            return null;
        var both = Link(reading, map, LinkFaults.None);
        return new FaultPolicy
        {
            Name = name,
            Uplink = Direction(reading, map, "uplink", both),
            Downlink = Direction(reading, map, "downlink", both),
            Connection = ConnectionReader.Read(reading, map),
            Dns = map.TryGetValue("dns", out var dns) ? Dns(reading, dns) : null,
            Schedule = map.TryGetValue("schedule", out var schedule) ? ScheduleReader.Read(reading, schedule) : null,
        };
    }

    private static LinkFaults Direction(YamlReading reading, IReadOnlyDictionary<string, YamlNode> map, string key, LinkFaults both) =>
        map.TryGetValue(key, out var node) && reading.Map(node, key, LinkKeys) is { } link ? Link(reading, link, both) : both;

    private static LinkFaults Link(YamlReading reading, IReadOnlyDictionary<string, YamlNode> map, LinkFaults link)
    {
        foreach (var (key, node) in map)
            link = key switch
            {
                "latency" => link with { Latency = reading.Delay(node, key) },
                "jitter" => link with { Jitter = reading.Delay(node, key) },
                "packet_loss" => link with { Loss = reading.Probability(node, key) },
                "burst_loss" => Burst(reading, node, link),
                "packet_duplicate" => link with { Duplicate = Nested(reading, node, key) },
                "packet_reorder" => link with { Reorder = Reorder(reading, node) },
                "rate" => link with { Rate = reading.BitRate(node, key) },
                "corrupt" => link with { Corrupt = reading.Probability(node, key) },
                "slice" => link with { Slice = Slice(reading, node) },
                "queue" => link with { Queue = reading.Integer(node, key, 1, 100_000) ?? LinkFaults.DefaultQueue },
                _ => link,
            };
        if (link is { Gilbert: not null, Loss: > 0 })
            reading.Report(map.GetValueOrDefault("burst_loss") ?? map["packet_loss"], "burst_loss with p and r replaces packet_loss; expected one of them");
        if (link is { BurstLength: > 1, Loss: 0, Gilbert: null })
            reading.Report(map.GetValueOrDefault("burst_loss") ?? map.Values.First(), "burst_loss without packet_loss; expected packet_loss beside it: the probability that a burst begins");
        return link;
    }

    private static LinkFaults Burst(YamlReading reading, YamlNode node, LinkFaults link)
    {
        if (node is not YamlMappingNode)
            return link with { BurstLength = reading.Integer(node, "burst_loss", 1, 10_000) ?? 1, Gilbert = null };
        if (reading.Map(node, "burst_loss", "p", "r", "bad", "good") is not { } map)
            return link;
        if (!map.TryGetValue("p", out var p) || !map.TryGetValue("r", out var r))
        {
            reading.Report(node, "burst_loss has no p or no r; expected {p: 1%, r: 25%}: the probabilities of entering and of leaving the bad state");
            return link;
        }
        return link with
        {
            BurstLength = 1,
            Gilbert = new GilbertElliott(
                reading.Probability(p, "p"), reading.Probability(r, "r"),
                map.TryGetValue("bad", out var bad) ? reading.Probability(bad, "bad") : 1,
                map.TryGetValue("good", out var good) ? reading.Probability(good, "good") : 0),
        };
    }

    private static double Nested(YamlReading reading, YamlNode node, string what) =>
        node is YamlMappingNode && reading.Map(node, what, "prob") is { } map
            ? map.TryGetValue("prob", out var prob) ? reading.Probability(prob, "prob") : 1
            : reading.Probability(node, what);

    private static ReorderFaults? Reorder(YamlReading reading, YamlNode node)
    {
        var delay = TimeSpan.FromMilliseconds(50);
        if (node is not YamlMappingNode)
            return new ReorderFaults(reading.Probability(node, "packet_reorder"), 1, delay);
        if (reading.Map(node, "packet_reorder", "prob", "window", "max_delay") is not { } map)
            return null;
        return new ReorderFaults(
            map.TryGetValue("prob", out var prob) ? reading.Probability(prob, "prob") : 1,
            map.TryGetValue("window", out var window) ? reading.Integer(window, "window", 1, 256) ?? 1 : 1,
            map.TryGetValue("max_delay", out var most) ? reading.Delay(most, "max_delay") : delay);
    }

    private static SliceFaults? Slice(YamlReading reading, YamlNode node)
    {
        if (reading.Map(node, "slice", "size", "delay") is not { } map)
            return null;
        var size = map.TryGetValue("size", out var sizeNode) ? reading.Size(sizeNode, "size") : 64;
        if (size is < 1 or > TcpSegment)
            reading.Report(sizeNode!, $"size is {YamlReading.Describe(sizeNode!)}; expected 1 to {TcpSegment} bytes");
        return new SliceFaults((int)Math.Clamp(size ?? 64, 1, TcpSegment), map.TryGetValue("delay", out var delay) ? reading.Delay(delay, "delay") : TimeSpan.Zero);
    }

    private const int TcpSegment = Decide.TcpLossModel.SegmentBytes;

    private static DnsFaults? Dns(YamlReading reading, YamlNode node)
    {
        if (reading.Map(node, "dns", "delay", "timeout", "nxdomain", "servfail") is not { } map)
            return null;
        double Share(string key) => map.TryGetValue(key, out var value) ? reading.Probability(value, key) : 0;
        var faults = new DnsFaults(map.TryGetValue("delay", out var delay) ? reading.Delay(delay, "delay") : TimeSpan.Zero, Share("timeout"), Share("nxdomain"), Share("servfail"));
        if (faults.Timeout + faults.NxDomain + faults.ServFail > 1)
            reading.Report(node, $"timeout, nxdomain and servfail are together {FaultUnits.FormatShare(faults.Timeout + faults.NxDomain + faults.ServFail)}; expected at most 100%");
        return faults;
    }
}
