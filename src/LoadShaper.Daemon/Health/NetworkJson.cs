using System.Text.Json;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Health;

/// <summary>The interface, the traffic, the ledger, the peers and the receiver; the same in /health and /metrics.</summary>
internal static class NetworkJson
{
    public static void Write(Utf8JsonWriter json, HealthState state, NetworkSettings settings) =>
        json.Object("network", () => Write(json, state, settings, settings.Watch));

    private static void Write(Utf8JsonWriter json, HealthState state, NetworkSettings settings, NetworkWatch watch)
    {
        var network = state.Network;
        json.WriteString("interface", watch.Interface);
        json.Number("received_mbit", state.Sample?.Network?.Received.Mbit);
        json.Number("sent_mbit", state.Sample?.Network?.Sent.Mbit);
        json.Number("link_mbit", state.Sample?.Network?.Link.Mbit);
        json.WriteString("link_source", state.Sample?.Network?.Source is { } source ? JsonPage.Snake(source) : null);
        json.WriteString("fallback", network is not null ? JsonPage.Snake(network.Phase) : null);
        json.Number("fallback_aimed_mbit", network?.Aimed.Mbit);
        json.Number("fallback_sent_total_mb", network?.Total.MiB);
        json.WriteString("generator", network is not null ? JsonPage.Snake(network.Generator) : null);
        json.Object("ledger", () => Ledger(json, network, settings.Budget));
        json.WriteStartArray("peers");
        foreach (var peer in network?.Peers ?? [])
            Peer(json, peer);
        json.WriteEndArray();
        json.Object("receiver", () => Receiver(json, network));
    }

    private static void Ledger(Utf8JsonWriter json, NetworkStatus? network, BudgetSettings budget)
    {
        var ledger = network?.Ledger;
        json.WriteString("month", ledger is not null ? NetworkEventText.Month(ledger.Month) : null);
        json.WriteString("level", ledger is not null ? JsonPage.Snake(ledger.Level) : null);
        Gigabytes(json, "sent_external_gb", ledger?.Sent.External);
        Gigabytes(json, "sent_private_gb", ledger?.Sent.Private);
        Gigabytes(json, "reserved_gb", ledger?.Reserved.Total);
        Gigabytes(json, "budget_gb", budget.Share);
        Gigabytes(json, "forecast_gb", network?.Forecast);
    }

    private static void Peer(Utf8JsonWriter json, PeerStatus peer)
    {
        json.WriteStartObject();
        json.WriteString("peer", peer.Peer.ToString());
        json.WriteString("trouble", peer.Trouble is { } trouble ? JsonPage.Snake(trouble) : null);
        json.WriteString("address", peer.Address);
        json.WriteBoolean("stale", peer.Stale);
        json.WriteString("phase", JsonPage.Snake(peer.Phase));
        json.WriteString("protocol", peer.Protocol is { } protocol ? JsonPage.Snake(protocol) : null);
        json.Number("loss_percent", 100 * peer.Loss);
        json.Number("reputation", peer.Reputation);
        json.Number("packet_bytes", peer.PacketSize);
        json.Number("sent_mb", peer.Sent.MiB);
        json.WriteEndObject();
    }

    private static void Receiver(Utf8JsonWriter json, NetworkStatus? network)
    {
        var receiver = network?.Receiver;
        json.WriteString("listens", receiver?.EndPoint);
        json.Number("received_mb", receiver?.Received.MiB);
        json.Number("packets", receiver?.Packets);
        json.WriteStartArray("senders");
        foreach (var sender in receiver?.Senders ?? [])
            json.WriteStringValue(sender);
        json.WriteEndArray();
        json.Object("refused", () =>
        {
            foreach (var (cause, count) in receiver?.Refused ?? new Dictionary<Domain.Network.Hello.HelloRefusal, long>())
                json.WriteNumber(JsonPage.Snake(cause), count);
        });
    }

    // To a megabyte: two decimals would hide what a slow link sends in an hour.
    private static void Gigabytes(Utf8JsonWriter json, string name, ByteSize? size)
    {
        if (size is { } known)
            json.WriteNumber(name, Math.Round((double)known.Bytes / BudgetSettings.Gigabyte, 3));
        else
            json.WriteNull(name);
    }
}
