using System.Net;
using System.Net.Sockets;

namespace LoadShaper.LoadTest.Tests.Engine.Servers;

/// <summary>Receives datagrams on loopback and answers each with what its script makes of it (number from 1).</summary>
internal sealed class UdpServer : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private int _received;

    internal UdpServer(Func<int, byte[], IEnumerable<byte[]>> script)
    {
        // A busy test machine must not lose datagrams here.
        _socket.ReceiveBufferSize = 4 << 20;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _loop = LoopAsync(script);
    }

    internal int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;
    internal int Received => Volatile.Read(ref _received);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task LoopAsync(Func<int, byte[], IEnumerable<byte[]>> script)
    {
        var buffer = new byte[65_536];
        try
        {
            while (true)
            {
                var from = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                foreach (var answer in script(Interlocked.Increment(ref _received), buffer[..from.ReceivedBytes]))
                    await _socket.SendToAsync(answer, from.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
