namespace LoadShaper.LoadTest.Faults.Model;

/// <summary>Which faults a protocol cannot have, with the reason. Such a policy is refused and nothing is pretended.</summary>
public static class ProtocolFit
{
    private const string Stream = "a TCP proxy sees a byte stream and no packets, so it would corrupt the stream";

    public static IEnumerable<string> Problems(FaultPolicy policy, FaultProtocol protocol)
    {
        if (protocol == FaultProtocol.Dns)
            yield break;
        if (protocol == FaultProtocol.Tcp)
        {
            foreach (var (direction, link) in Links(policy))
            {
                if (link.Duplicate > 0)
                    yield return $"policy \"{policy.Name}\" has packet_duplicate{direction}, which TCP cannot have: {Stream}; expected a UDP proxy, or netem (loadshaper fault netem {policy.Name})";
                if (link.Reorder is not null)
                    yield return $"policy \"{policy.Name}\" has packet_reorder{direction}, which TCP cannot have: {Stream}; expected a UDP proxy, or netem (loadshaper fault netem {policy.Name})";
            }
            yield break;
        }
        var connection = policy.Connection;
        foreach (var (name, used) in ((string, bool)[])
        [
            ("refuse", connection.Refuse > 0), ("reset", connection.Reset is not null), ("half_open", connection.HalfOpen is not null),
            ("stall", connection.Stall is not null), ("limit", connection.LimitBytes is not null),
        ])
            if (used)
                yield return $"policy \"{policy.Name}\" has {name}, which UDP cannot have: there is no connection; expected packet_loss, rate or latency";
        foreach (var (direction, link) in Links(policy))
            if (link.Slice is not null)
                yield return $"policy \"{policy.Name}\" has slice{direction}, which UDP cannot have: a datagram is delivered whole; expected packet_loss, rate or latency";
    }

    private static IEnumerable<(string Direction, LinkFaults Link)> Links(FaultPolicy policy) =>
        policy.Uplink == policy.Downlink ? [("", policy.Uplink)] : [(" in uplink", policy.Uplink), (" in downlink", policy.Downlink)];
}
