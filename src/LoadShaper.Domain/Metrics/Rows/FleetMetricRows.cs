using LoadShaper.Domain.Fleet;

namespace LoadShaper.Domain.Metrics.Rows;

internal static class FleetMetricRows
{
    private static readonly (string Label, string Word)[] Verdicts = [("safe", "SAFE"), ("at_risk", "AT RISK"), ("unknown", "UNKNOWN")];

    public static readonly Metric[] All =
    [
        Metric.GaugeOf("loadshaper_fleet_peer_up", "peer", "1 while a VM of FLEET_PEERS answers, 0 otherwise; NaN before the first reading.",
            m => m.Settings.Fleet.Peers.Select(peer => (peer.Name, Entry(m, peer) is { } entry && entry != Unread(peer) ? (double?)Convert.ToDouble(entry.IsReachable) : null))),
        new("loadshaper_fleet_peer_verdict", MetricType.Gauge, "The last verdict of a VM of FLEET_PEERS; all 0 before its first answer.", ["peer", "verdict"], [],
            m => from peer in m.Settings.Fleet.Peers
                 from verdict in Verdicts
                 select new MetricValue(Convert.ToDouble(Entry(m, peer)?.Report?.Verdict == verdict.Word), peer.Name, verdict.Label)),
        Metric.GaugeOf("loadshaper_fleet_peer_margin_ratio", "peer", "The last margin of a VM of FLEET_PEERS: its best metric minus the threshold.",
            m => m.Settings.Fleet.Peers.Select(peer => (peer.Name, Entry(m, peer)?.Report?.Margin / 100))),
    ];

    private static FleetEntry? Entry(MetricsInput input, FleetPeer peer) => input.State.Fleet?.Entries.FirstOrDefault(entry => entry.Peer == peer);

    private static FleetEntry Unread(FleetPeer peer) => new(peer, null, null, null);
}
