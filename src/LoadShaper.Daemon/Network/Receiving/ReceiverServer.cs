using System.Net;
using System.Net.Sockets;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;

namespace LoadShaper.Daemon.Network.Receiving;

/// <summary>Receives UDP and TCP on NET_PORT from the peers alone, counts it, and drops it.</summary>
internal sealed class ReceiverServer : IDisposable
{
    private readonly ReceiverCounters _counters = new();
    private readonly Agreements _agreements;
    private readonly UdpReceiver? _udp;
    private readonly TcpReceiver? _tcp;
    private readonly string? _problem;

    /// <param name="port">0 takes a free one, for tests.</param>
    public ReceiverServer(NetworkSettings settings, TimeProvider clock, int? port = null)
    {
        _agreements = new Agreements(settings.Key, clock);
        try
        {
            _udp = new UdpReceiver(port ?? settings.Port, _agreements, _counters);
            _tcp = new TcpReceiver(_udp.Port, _agreements, _counters);
        }
        catch (SocketException e)
        {
            _udp?.Dispose();
            _udp = null;
            _problem = $"cannot listen on port {port ?? settings.Port} (NET_PORT): {e.Message}";
        }
    }

    public int Port => _udp?.Port ?? 0;

    /// <summary>Why nothing is received; null when it is.</summary>
    public string? Problem => _problem;

    /// <summary>The addresses of NET_PEERS; until then nothing is accepted.</summary>
    public void Accept(IEnumerable<IPAddress> senders) => _agreements.List(senders);

    public ReceiverStatus Read() => _counters.Read(_problem is null ? $"*:{Port}" : null, _problem ?? _udp?.Problem);

    public void Dispose()
    {
        _tcp?.Dispose();
        _udp?.Dispose();
    }
}
