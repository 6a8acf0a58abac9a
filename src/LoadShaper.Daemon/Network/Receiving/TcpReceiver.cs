using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;

namespace LoadShaper.Daemon.Network.Receiving;

/// <summary>Accepts connections of listed senders, answers their hello, and counts and drops what follows.</summary>
internal sealed class TcpReceiver : IDisposable
{
    private const int MostConnections = 64;
    private const int BufferSize = 1 << 17;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A sender that is killed leaves a connection that never ends by itself.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    private readonly Socket _listener;
    private readonly Agreements _agreements;
    private readonly ReceiverCounters _counters;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, byte> _open = new();

    /// <exception cref="SocketException">The port cannot be used.</exception>
    public TcpReceiver(int port, Agreements agreements, ReceiverCounters counters)
    {
        (_agreements, _counters) = (agreements, counters);
        var six = Socket.OSSupportsIPv6;
        _listener = new Socket(six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (six)
                _listener.DualMode = true;
            _listener.Bind(new IPEndPoint(six ? IPAddress.IPv6Any : IPAddress.Any, port));
            _listener.Listen();
        }
        catch (SocketException)
        {
            _listener.Dispose();
            throw;
        }
        _ = AcceptAsync();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        foreach (var socket in _open.Keys)
            socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                var from = ((IPEndPoint)socket.RemoteEndPoint!).Address;
                if (_agreements.IsListed(from) && _open.Count < MostConnections && _open.TryAdd(socket, 0))
                {
                    _ = ServeAsync(socket, from);
                    continue;
                }
                _counters.Refuse(HelloRefusal.NotListed);
                socket.Dispose();
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Out of descriptors, or the connection ended before it was accepted.
                await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Socket socket, IPAddress from)
    {
        var answered = 0L;
        try
        {
            if (!await GreetAsync(socket, from).ConfigureAwait(false))
                return;
            var buffer = new byte[BufferSize];
            while (true)
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                patience.CancelAfter(Silence);
                var length = await socket.ReceiveAsync(buffer, patience.Token).ConfigureAwait(false);
                if (length == 0)
                    return;
                _counters.Receive(from, length, 0);
                answered = CountAcknowledgements(socket, from, answered);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The sender closes a connection by a reset.
        }
        finally
        {
            CountAcknowledgements(socket, from, answered);
            _open.TryRemove(socket, out _);
            socket.Dispose();
        }
    }

    private async Task<bool> GreetAsync(Socket socket, IPAddress from)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(Patience);
        var hello = new byte[HelloCodec.Size];
        for (var at = 0; at < hello.Length;)
        {
            var length = await socket.ReceiveAsync(hello.AsMemory(at), patience.Token).ConfigureAwait(false);
            if (length == 0)
                return false;
            at += length;
        }
        var answer = new byte[HelloCodec.Size];
        if (_agreements.Greet(from, hello, answer) is { } refused)
        {
            _counters.Refuse(refused);
            return false;
        }
        await socket.SendAsync(answer, patience.Token).ConfigureAwait(false);
        return true;
    }

    private long CountAcknowledgements(Socket socket, IPAddress from, long before)
    {
        if (LinuxSocket.ReadTcp(socket) is not { } counters)
            return before;
        var headers = RatePolicy.HeaderBytes(from is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false }, tcp: true);
        var now = counters.SegmentsSent * headers + counters.BytesSent;
        if (now > before)
            _counters.Answer(from, now - before);
        return Math.Max(now, before);
    }
}
