using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Scenarios;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Faults.Configuration;

/// <summary>A policy in the form that <see cref="PolicyReader"/> reads.</summary>
public static class PolicyFormatter
{
    /// <summary>Nested names and texts: every value is a string or another list.</summary>
    public static IReadOnlyList<(string Key, object Value)> Entries(FaultPolicy policy)
    {
        var entries = new List<(string, object)>();
        if (policy.Uplink == policy.Downlink)
            entries.AddRange(Link(policy.Uplink));
        else
        {
            if (!policy.Uplink.IsNone)
                entries.Add(("uplink", Link(policy.Uplink)));
            if (!policy.Downlink.IsNone)
                entries.Add(("downlink", Link(policy.Downlink)));
        }
        var connection = policy.Connection;
        if (connection.Refuse > 0)
            entries.Add(("refuse", FaultUnits.FormatShare(connection.Refuse)));
        if (connection.Reset is { } reset)
            entries.Add(("reset", Event(reset)));
        if (connection.HalfOpen is { } halfOpen)
            entries.Add(("half_open", Event(halfOpen)));
        if (connection.Stall is { } stall)
            entries.Add(("stall", stall.For is { } length ? [.. Event(stall.Start), ("for", Units.Format(length))] : Event(stall.Start)));
        if (connection.LimitBytes is { } limit)
            entries.Add(("limit", Units.FormatSize(limit)));
        if (policy.Dns is { } dns)
            entries.Add(("dns", Dns(dns)));
        if (policy.Schedule is { } schedule)
            entries.Add(("schedule", Schedule(schedule)));
        return entries;
    }

    public static YamlMappingNode ToYaml(FaultPolicy policy) => (YamlMappingNode)Node(Entries(policy));

    /// <summary>On one line.</summary>
    public static string Line(FaultPolicy policy) => Text(Entries(policy));

    private static string Text(object value) => value is IReadOnlyList<(string Key, object Value)> map
        ? "{" + string.Join(", ", map.Select(e => $"{e.Key}: {Text(e.Value)}")) + "}"
        : (string)value;

    private static YamlNode Node(object value)
    {
        if (value is string text)
            return new YamlScalarNode(text);
        var map = new YamlMappingNode { Style = YamlDotNet.Core.Events.MappingStyle.Flow };
        foreach (var (key, inner) in (IReadOnlyList<(string Key, object Value)>)value)
            map.Add(key, Node(inner));
        return map;
    }

    private static IReadOnlyList<(string, object)> Link(LinkFaults link)
    {
        var entries = new List<(string, object)>();
        if (link.Latency > TimeSpan.Zero)
            entries.Add(("latency", Units.Format(link.Latency)));
        if (link.Jitter > TimeSpan.Zero)
            entries.Add(("jitter", Units.Format(link.Jitter)));
        if (link.Loss > 0)
            entries.Add(("packet_loss", FaultUnits.FormatShare(link.Loss)));
        if (link.BurstLength > 1)
            entries.Add(("burst_loss", link.BurstLength.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        if (link.Gilbert is { } g)
            entries.Add(("burst_loss", (IReadOnlyList<(string, object)>)
            [
                ("p", FaultUnits.FormatShare(g.ToBad)), ("r", FaultUnits.FormatShare(g.ToGood)), ("bad", FaultUnits.FormatShare(g.LossBad)), ("good", FaultUnits.FormatShare(g.LossGood)),
            ]));
        if (link.Duplicate > 0)
            entries.Add(("packet_duplicate", FaultUnits.FormatShare(link.Duplicate)));
        if (link.Reorder is { } r)
            entries.Add(("packet_reorder", (IReadOnlyList<(string, object)>)
                [("prob", FaultUnits.FormatShare(r.Probability)), ("window", r.Window.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("max_delay", Units.Format(r.MaxDelay))]));
        if (link.Corrupt > 0)
            entries.Add(("corrupt", FaultUnits.FormatShare(link.Corrupt)));
        if (link.Rate > 0)
            entries.Add(("rate", FaultUnits.FormatRate(link.Rate)));
        if (link.Slice is { } s)
            entries.Add(("slice", (IReadOnlyList<(string, object)>)[("size", Units.FormatSize(s.Size)), ("delay", Units.Format(s.Delay))]));
        if (link.Queue != LinkFaults.DefaultQueue)
            entries.Add(("queue", link.Queue.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return entries;
    }

    private static IReadOnlyList<(string, object)> Event(ConnectionEvent happening)
    {
        var entries = new List<(string, object)> { ("prob", FaultUnits.FormatShare(happening.Probability)) };
        if (happening.After is { } after)
            entries.Add(("after", Units.Format(after)));
        if (happening.AfterBytes is { } bytes)
            entries.Add(("after_bytes", Units.FormatSize(bytes)));
        return entries;
    }

    private static IReadOnlyList<(string, object)> Dns(DnsFaults dns)
    {
        var entries = new List<(string, object)>();
        if (dns.Delay > TimeSpan.Zero)
            entries.Add(("delay", Units.Format(dns.Delay)));
        foreach (var (key, share) in ((string, double)[])[("timeout", dns.Timeout), ("nxdomain", dns.NxDomain), ("servfail", dns.ServFail)])
            if (share > 0)
                entries.Add((key, FaultUnits.FormatShare(share)));
        return entries;
    }

    private static IReadOnlyList<(string, object)> Schedule(FaultSchedule schedule)
    {
        var (kind, first, from, second, length) = schedule switch
        {
            RampSchedule s => ("ramp", "after", s.After, "for", s.Length),
            SpikeSchedule s => ("spike", "at", s.At, "for", s.Length),
            FlapSchedule s => ("flap", "off", s.Off, "on", s.On),
            _ => throw new ArgumentException($"unknown schedule {schedule.GetType().Name}", nameof(schedule)),
        };
        return [(kind, (IReadOnlyList<(string, object)>)[(first, Units.Format(from)), (second, Units.Format(length))])];
    }
}
