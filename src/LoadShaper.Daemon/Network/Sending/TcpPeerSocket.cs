using System.Net;
using System.Net.Sockets;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Network.Sending;

/// <summary>
/// One TCP connection to a peer, kept; a new one after a pause that grows with every failure. It begins with a hello, and carries
/// data only after the answer. Never waits.
/// </summary>
internal sealed class TcpPeerSocket(IPEndPoint endPoint, int ttl, TimeSpan patience, NetworkKey? key, ulong session) : IDisposable
{
    private const int WantedBuffer = 1 << 20;

    // No path has a smaller one in practice, so that headers are not counted too low.
    private const int SmallestSegment = 1000;

    // Without an acknowledgement in this time the connection carries nothing.
    private static readonly TimeSpan StalledAfter = TimeSpan.FromSeconds(3);

    private readonly byte[] _answer = new byte[HelloCodec.Size];
    private Socket? _socket;
    private Task? _connecting;
    private HelloMessage _hello;
    private int _answered = -1;
    private TimeSpan _began, _leaveAloneUntil, _progressAt;
    private long _acknowledged;
    private BackOff _pause = PeerPolicy.Pause;

    // Of connections that are closed.
    private long _wireBefore, _handed, _mostWire;

    /// <summary>Why no data is sent; null when it is.</summary>
    public PeerTrouble? Trouble { get; private set; }

    public bool IsReady { get; private set; }

    /// <summary>What the kernel gave, which may be less than what was asked for; 0 without a connection.</summary>
    public int SendBuffer { get; private set; }

    /// <summary>What the kernel sent, headers and retransmissions included, or more. It never shrinks, although the estimate of what waits does.</summary>
    public long WireBytes => _mostWire = Math.Max(_mostWire, _wireBefore + WireOf(_socket));

    /// <summary>Connects, greets, and notices a connection that carries nothing.</summary>
    /// <param name="now">Monotonic.</param>
    /// <param name="nonce">For a new hello.</param>
    public void Advance(TimeSpan now, DateTimeOffset utc, Func<UInt128> nonce)
    {
        if (now < _leaveAloneUntil)
            return;
        try
        {
            if (_socket is null)
                Connect(now);
            else if (_connecting is { IsCompleted: false } || (_answered >= 0 && !IsReady && !ReadAnswer()))
                Expire(now);
            else if (_connecting is { IsFaulted: true } failed)
                Fail(Classify((failed.Exception.InnerException as SocketException)?.SocketErrorCode), now);
            else if (_answered < 0)
                Greet(utc, nonce());
            else
                Watch(now);
        }
        catch (SocketException e)
        {
            Fail(Classify(e.SocketErrorCode), now);
        }
    }

    /// <returns>Bytes that the kernel took; 0 when it takes none now.</returns>
    public int Send(ReadOnlySpan<byte> payload, TimeSpan now)
    {
        if (!IsReady)
            return 0;
        try
        {
            var sent = _socket!.Send(payload, SocketFlags.None, out var error);
            if (error is SocketError.Success)
            {
                if (_acknowledged == 0)
                    _progressAt = now > _progressAt ? now : _progressAt;
                _handed += sent;
                return sent;
            }
            if (error is not (SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable))
                Fail(Classify(error), now);
        }
        catch (SocketException e)
        {
            Fail(Classify(e.SocketErrorCode), now);
        }
        return 0;
    }

    public void Pace(BitRate rate)
    {
        if (_socket is { } socket && IsReady)
            LinuxSocket.TryPace(socket, rate.BytesPerSecond);
    }

    public void Dispose() => Close();

    private void Connect(TimeSpan now)
    {
        var socket = _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            Blocking = false,
            SendBufferSize = WantedBuffer,
            NoDelay = true,
            // What is queued when traffic has to stop is thrown away.
            LingerState = new LingerOption(true, 0),
        };
        SendBuffer = socket.SendBufferSize;
        LinuxSocket.MarkAsBulk(socket, ttl);
        LinuxSocket.TryEndUnacknowledged(socket, StalledAfter + StalledAfter);
        _connecting = socket.ConnectAsync(endPoint);
        (_began, _answered, _acknowledged, _handed) = (now, -1, 0, 0);
    }

    private void Greet(DateTimeOffset utc, UInt128 nonce)
    {
        _connecting = null;
        _hello = new HelloMessage(HelloKind.Hello, utc, nonce, session);
        Span<byte> hello = stackalloc byte[HelloCodec.Size];
        HelloCodec.Write(hello, _hello, key);
        // The first bytes of a connection: the kernel takes them whole.
        _socket!.Send(hello, SocketFlags.None);
        _answered = 0;
    }

    private bool ReadAnswer()
    {
        var length = _socket!.Receive(_answer.AsSpan(_answered), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return false;
        if (error != SocketError.Success || length == 0)
            throw new SocketException((int)(error == SocketError.Success ? SocketError.ConnectionReset : error));
        _answered += length;
        if (_answered < HelloCodec.Size)
            return false;
        if (!HelloCodec.TryRead(_answer, key, out var answer) || answer.Kind != HelloKind.Welcome || answer.Nonce != _hello.Nonce)
            throw new SocketException((int)SocketError.ConnectionReset);
        (IsReady, Trouble) = (true, null);
        _pause = _pause.Reset();
        return true;
    }

    private void Expire(TimeSpan now)
    {
        if (now - _began > (patience > PeerPolicy.ShortestHandshake ? patience : PeerPolicy.ShortestHandshake))
            Fail(PeerTrouble.NoAnswer, now);
    }

    private void Watch(TimeSpan now)
    {
        if (_socket!.Poll(0, SelectMode.SelectRead) && _socket.Available == 0)
        {
            Fail(PeerTrouble.Unreachable, now);
            return;
        }
        if (LinuxSocket.ReadTcp(_socket) is not { } counters)
            return;
        if (counters.BytesAcknowledged > _acknowledged || !counters.Unacknowledged)
            (_acknowledged, _progressAt) = (counters.BytesAcknowledged, now);
        else if (now - _progressAt > StalledAfter)
            Fail(PeerTrouble.Stalled, now);
    }

    private void Fail(PeerTrouble trouble, TimeSpan now)
    {
        Trouble = trouble;
        _pause = _pause.Next();
        _leaveAloneUntil = now + _pause.Delay;
        Close();
    }

    private void Close()
    {
        _wireBefore = WireBytes;
        // A connection that was given up still fails later; its error is of no interest.
        _connecting?.ContinueWith(static t => _ = t.Exception, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
        _connecting = null;
        _socket?.Dispose();
        (_socket, IsReady, _answered, SendBuffer) = (null, false, -1, 0);
    }

    // What was handed to the kernel counts as sent: it may be a moment later.
    private long WireOf(Socket? socket)
    {
        if (socket is null)
            return 0;
        var headers = RatePolicy.HeaderBytes(endPoint.AddressFamily == AddressFamily.InterNetworkV6, tcp: true);
        var counters = LinuxSocket.ReadTcp(socket) ?? default;
        var waiting = Math.Max(0, _handed - counters.BytesSent);
        return counters.BytesSent + counters.SegmentsSent * headers + waiting + waiting / SmallestSegment * headers;
    }

    private static PeerTrouble Classify(SocketError? error) => error switch
    {
        SocketError.ConnectionRefused => PeerTrouble.Refused,
        SocketError.ConnectionReset or SocketError.Shutdown => PeerTrouble.NoAnswer,
        SocketError.TimedOut => PeerTrouble.Stalled,
        _ => PeerTrouble.Unreachable,
    };
}
