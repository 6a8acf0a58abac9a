using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LoadShaper.LoadTest.Tests.Engine.Servers;

/// <summary>
/// A server on loopback (or a unix socket) whose behaviour is a script per connection. It counts what it saw. Disposing it
/// ends all connections.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly Func<ServerConnection, Task> _script;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private int _accepted;
    private int _requests;

    private ScriptedServer(Socket listener, Func<ServerConnection, Task> script)
    {
        _listener = listener;
        _script = script;
        _accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;
    internal int Accepted => Volatile.Read(ref _accepted);
    internal int Requests => Volatile.Read(ref _requests);
    internal ConcurrentQueue<string> Heads { get; } = new();

    internal bool TryHead(out string head) => Heads.TryPeek(out head!);

    /// <param name="address">127.0.0.1 when left out.</param>
    internal static ScriptedServer Start(Func<ServerConnection, Task> script, IPAddress? address = null)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address ?? IPAddress.Loopback, 0));
        listener.Listen(512);
        return new ScriptedServer(listener, script);
    }

    internal static ScriptedServer StartUnix(string path, Func<ServerConnection, Task> script)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(512);
        return new ScriptedServer(listener, script);
    }

    /// <summary>Answers every request of a connection with the same bytes.</summary>
    internal static ScriptedServer Answering(string response) => Start(connection => AnswerAsync(connection, response));

    internal static async Task AnswerAsync(ServerConnection connection, string response)
    {
        while (await connection.ReadRequestAsync() is not null)
            await connection.SendAsync(response);
    }

    /// <summary>A 200 with this body.</summary>
    internal static string Ok(string body = "ok", string headers = "") =>
        $"HTTP/1.1 200 OK\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                _connections.Add(Task.Run(() => ServeAsync(socket)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            if (socket.AddressFamily != AddressFamily.Unix)
                socket.NoDelay = true;
            try
            {
                await _script(new ServerConnection(socket, _stop.Token, head =>
                {
                    Interlocked.Increment(ref _requests);
                    if (Heads.Count < 1_000)
                        Heads.Enqueue(head);
                }));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or IOException)
            {
            }
        }
    }
}

/// <summary>A connection as its script sees it.</summary>
internal sealed class ServerConnection(Socket socket, CancellationToken stop, Action<string> onRequest)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _filled;

    internal CancellationToken Stop => stop;
    internal Socket Socket => socket;

    /// <summary>Head and body (by Content-Length) of the next request; null when the client closed.</summary>
    internal async Task<string?> ReadRequestAsync()
    {
        while (true)
        {
            var text = Encoding.Latin1.GetString(_buffer, 0, _filled);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var total = end + 4 + LengthOf(text[..end]);
                if (_filled >= total)
                {
                    _buffer.AsSpan(total, _filled - total).CopyTo(_buffer);
                    _filled -= total;
                    onRequest(text[..total]);
                    return text[..total];
                }
            }

            var count = await socket.ReceiveAsync(_buffer.AsMemory(_filled), stop);
            if (count == 0)
                return null;
            _filled += count;
        }
    }

    internal async Task SendAsync(string text)
    {
        ReadOnlyMemory<byte> rest = Encoding.Latin1.GetBytes(text);
        while (rest.Length > 0)
            rest = rest[await socket.SendAsync(rest, stop)..];
    }

    /// <summary>Waits until the server is stopped, or the client closes.</summary>
    internal async Task HoldAsync()
    {
        while (await socket.ReceiveAsync(_buffer, stop) > 0)
        {
        }
    }

    internal void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    private static int LengthOf(string head)
    {
        foreach (var line in head.Split("\r\n"))
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                return int.Parse(line.AsSpan(15).Trim(), System.Globalization.CultureInfo.InvariantCulture);
        }

        return 0;
    }
}
