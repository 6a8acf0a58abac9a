using System.Net;
using System.Net.Sockets;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Network;

/// <summary>The socket to one peer. Never waits: what the kernel does not take at once is not sent.</summary>
internal abstract class PeerSocket(NetworkSettings settings, IPEndPoint endPoint) : IDisposable
{
    // RFC 8622: the first to be dropped on a congested path.
    private const int LowerEffort = 0b000001 << 2;

    private const int SendBuffer = 1 << 20;

    private TimeSpan _leaveAloneUntil;
    private BackOff _pause = PeerPolicy.Pause;

    public PeerTrouble? Trouble { get; private set; }

    protected NetworkSettings Settings => settings;

    protected IPEndPoint EndPoint => endPoint;

    protected Socket? Socket { get; private set; }

    /// <returns>Bytes that the kernel took; 0 when it takes none now.</returns>
    /// <param name="now">Monotonic.</param>
    public int Send(ReadOnlySpan<byte> payload, TimeSpan now)
    {
        if (now < _leaveAloneUntil)
            return 0;
        try
        {
            if (!IsReady(now))
                return 0;
            var sent = Socket!.Send(payload, SocketFlags.None, out var error);
            // This is the answer to an earlier datagram; the present one is still to be sent.
            if (error == SocketError.ConnectionRefused && GoesOn(error))
            {
                Trouble = PeerTrouble.Refused;
                sent = Socket.Send(payload, SocketFlags.None, out error);
            }
            if (error == SocketError.Success)
            {
                _pause = _pause.Reset();
                if (Trouble is not PeerTrouble.Refused)
                    Trouble = null;
                return sent;
            }
            HandleError(error, now);
        }
        catch (SocketException e)
        {
            HandleError(e.SocketErrorCode, now);
        }
        return 0;
    }

    public void Dispose() => Close();

    /// <summary>Opens on the first call; false while that is still going on.</summary>
    protected abstract bool IsReady(TimeSpan now);

    /// <summary>Whether an error leaves the socket as it is.</summary>
    protected virtual bool GoesOn(SocketError error) => error is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable;

    protected Socket Open(SocketType type, ProtocolType protocol)
    {
        var socket = Socket = new Socket(endPoint.AddressFamily, type, protocol) { Blocking = false, SendBufferSize = SendBuffer };
        // By Linux's own numbers: IPPROTO_IPV6 with IPV6_UNICAST_HOPS and IPV6_TCLASS, IPPROTO_IP with IP_TTL and IP_TOS.
        var (level, hops, trafficClass) = endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? (41, 16, 67) : (0, 2, 1);
        socket.SetRawSocketOption(level, hops, BitConverter.GetBytes(settings.Ttl));
        socket.SetRawSocketOption(level, trafficClass, BitConverter.GetBytes(LowerEffort));
        return socket;
    }

    protected void HandleError(SocketError error, TimeSpan now)
    {
        if (GoesOn(error))
            return;
        Trouble = error switch
        {
            SocketError.ConnectionRefused => PeerTrouble.Refused,
            SocketError.MessageSize => PeerTrouble.PacketTooLarge,
            _ => PeerTrouble.Unreachable,
        };
        _pause = _pause.Next();
        _leaveAloneUntil = now + _pause.Delay;
        Close();
    }

    protected void Recovered() => Trouble = null;

    protected virtual void Close()
    {
        Socket?.Dispose();
        Socket = null;
    }
}

/// <summary>Connected, so that the kernel looks the route up once and reports when no process listens.</summary>
internal sealed class UdpPeerSocket(NetworkSettings settings, IPEndPoint endPoint) : PeerSocket(settings, endPoint)
{
    protected override bool IsReady(TimeSpan now)
    {
        if (Socket is null)
            Open(SocketType.Dgram, ProtocolType.Udp).Connect(EndPoint);
        return true;
    }

    // A closed port answers some datagrams with an error, and the next are sent all the same.
    protected override bool GoesOn(SocketError error) => error == SocketError.ConnectionRefused || base.GoesOn(error);
}

/// <summary>One connection, kept; a new one after a pause that grows with every failure.</summary>
internal sealed class TcpPeerSocket(NetworkSettings settings, IPEndPoint endPoint) : PeerSocket(settings, endPoint)
{
    private Task? _connecting;
    private TimeSpan _began;

    protected override bool IsReady(TimeSpan now)
    {
        if (Socket is null)
        {
            var socket = Open(SocketType.Stream, ProtocolType.Tcp);
            socket.NoDelay = true;
            // What is queued when traffic has to stop is thrown away.
            socket.LingerState = new LingerOption(true, 0);
            _connecting = socket.ConnectAsync(EndPoint);
            _began = now;
        }
        switch (_connecting)
        {
            case null:
                return true;
            case { IsCompletedSuccessfully: true }:
                _connecting = null;
                Recovered();
                return true;
            case { IsFaulted: true }:
                HandleError((_connecting.Exception.InnerException as SocketException)?.SocketErrorCode ?? SocketError.SocketError, now);
                return false;
            default:
                if (now - _began > Settings.ValidationTimeout)
                    HandleError(SocketError.TimedOut, now);
                return false;
        }
    }

    protected override void Close()
    {
        // A connection that was given up still fails later; its error is of no interest.
        _connecting?.ContinueWith(static t => _ = t.Exception, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
        _connecting = null;
        base.Close();
    }
}
