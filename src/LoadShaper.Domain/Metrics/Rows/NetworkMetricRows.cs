using LoadShaper.Domain.Network;

namespace LoadShaper.Domain.Metrics.Rows;

internal static class NetworkMetricRows
{
    public static readonly Metric[] All =
    [
        Metric.Gauge("loadshaper_network_used_ratio", "Network use in the last control period: the larger direction against the link.", m => m.State.Sample?.Network?.Utilization.Value / 100),
        Metric.State("loadshaper_network_fallback", "phase", "The network fallback.", m => m.State.Network?.Phase),
        Metric.Counter("loadshaper_network_sent_bytes_total", "Payload that LoadShaper sent to its peers.", m => m.State.Network?.Total.Bytes ?? 0),
        Metric.GaugeOf("loadshaper_network_peer_up", "peer", "1 while nothing prevents traffic to a peer of NET_PEERS, 0 otherwise; NaN until the first look.",
            m => m.Settings.Network.Peers.Select(peer => (peer.ToString(), Up(m.State.Network, peer)))),
        Metric.GaugeOf("loadshaper_network_peer_loss_ratio", "peer", "Share of the packets to a peer that did not arrive, by its own counter; NaN while unknown.",
            m => m.Settings.Network.Peers.Select(peer => (peer.ToString(), StatusOf(m.State.Network, peer)?.Loss))),
        Metric.GaugeOf("loadshaper_network_peer_reputation_ratio", "peer", "Reputation of a peer: 0.5 is neutral, 1 has answered always.",
            m => m.Settings.Network.Peers.Select(peer => (peer.ToString(), StatusOf(m.State.Network, peer)?.Reputation / 100))),
        Metric.State("loadshaper_network_generator", "state", "State of the traffic generator.", m => m.State.Network?.Generator),
        Metric.Gauge("loadshaper_network_month_sent_bytes", "What NET_MONTHLY_BUDGET_GB counts of this UTC month, headers included; what is reserved counts as sent.",
            m => m.State.Network?.Ledger is { } ledger ? m.Settings.Network.Budget.Counted(ledger.Counted).Bytes : null),
        Metric.Gauge("loadshaper_network_month_external_bytes", "Sent to public addresses in this UTC month, headers included.", m => m.State.Network?.Ledger?.Sent.External.Bytes),
        Metric.Gauge("loadshaper_network_month_private_bytes", "Sent to private addresses in this UTC month, headers included.", m => m.State.Network?.Ledger?.Sent.Private.Bytes),
        Metric.Gauge("loadshaper_network_month_budget_bytes", "The part of NET_MONTHLY_BUDGET_GB of this VM.", m => m.Settings.Network.Budget.Share.Bytes),
        Metric.Gauge("loadshaper_network_month_forecast_bytes", "What the budget counts at the end of the month if the mean rate of the last hour goes on.", m => m.State.Network?.Forecast?.Bytes),
        Metric.Counter("loadshaper_network_received_bytes_total", "Payload that the receiver got from its peers.", m => m.State.Network?.Receiver?.Received.Bytes ?? 0),
        Metric.Counter("loadshaper_network_refused_total", "Messages and connections that the receiver dropped.", m => m.State.Network?.Receiver?.Refused.Values.Sum() ?? 0),
    ];

    private static PeerStatus? StatusOf(NetworkStatus? network, NetworkPeer peer) => network?.Peers.FirstOrDefault(known => known.Peer == peer);

    private static double? Up(NetworkStatus? network, NetworkPeer peer) =>
        StatusOf(network, peer) is { } status ? Convert.ToDouble(status.Trouble is null) : null;
}
