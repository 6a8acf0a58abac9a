using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Loop;
using LoadShaper.LoadTest.Faults.Proxy;

namespace LoadShaper.LoadTest.Faults.Udp;

/// <summary>The datagrams of one client.</summary>
internal sealed class UdpSession
{
    private const int DatagramsPerEvent = 64;

    private const int MostHeld = 64;

    private readonly UdpProxy _proxy;
    private readonly Action<UdpSession> _onFailed;
    private readonly Queue<byte[]> _held = [];
    private readonly long _number;
    private LoopSocket? _server;
    private FaultBinding _binding;
    private DatagramPath _up;
    private DatagramPath _down;
    private int _version;
    private int _tried;
    private bool _answered;

    internal UdpSession(UdpProxy proxy, ClientAddress client, long number, Action<UdpSession> onFailed)
    {
        (_proxy, Client, _number, _onFailed) = (proxy, client, number, onFailed);
        _version = proxy.BindingVersion;
        _binding = proxy.Binding();
        _binding.Hits.Connections++;
        _up = Path(FaultDirection.Uplink);
        _down = Path(FaultDirection.Downlink);
        LastUsed = proxy.Loop.Now;
    }

    internal ClientAddress Client { get; }
    internal long LastUsed { get; private set; }

    internal bool IsClosed { get; private set; }

    /// <summary>Which of the upstream's addresses is tried first.</summary>
    internal uint FirstUpstream { get; set; }

    /// <summary>Goes on with the next address of the upstream.</summary>
    /// <returns>False: none is left; the present one stays.</returns>
    internal bool ConnectNext()
    {
        // A name may have an address of a family that this machine does not have.
        while (_proxy.NextUpstream(FirstUpstream, _tried) is { } address)
        {
            _tried++;
            var before = _server;
            if (Connect(address))
            {
                before?.Close();
                return true;
            }
            _server = before;
        }
        return false;
    }

    private bool Connect(RawAddress upstream)
    {
        var fd = Libc.Socket(upstream.Family, Libc.DatagramSocket);
        if (fd < 0)
            return false;
        _ = Libc.SetOption(fd, Libc.SocketLevel, Libc.ReceiveBuffer, 1 << 20);
        if (Libc.Connect(fd, upstream.Bytes) < 0)
        {
            _ = Libc.Close(fd);
            return false;
        }
        _server = new LoopSocket(_proxy.Loop, fd, OnReadable, () => _onFailed(this));
        try
        {
            _server.Want(Libc.EpollIn);
        }
        catch (IOException)
        {
            _server.Close();
            _server = null;
            return false;
        }
        while (_held.TryDequeue(out var datagram))
            Send(datagram);
        return true;
    }

    internal void OnFromClient(ReadOnlySpan<byte> datagram)
    {
        LastUsed = _proxy.Loop.Now;
        Update();
        _up.Add(LastUsed, datagram);
    }

    internal void Close()
    {
        IsClosed = true;
        _proxy.Totals.SendFailed += _held.Count;
        _held.Clear();
        _up.Close();
        _down.Close();
        _server?.Close();
    }

    private void OnReadable(int events)
    {
        for (var i = 0; i < DatagramsPerEvent && _server is { IsOpen: true }; i++)
        {
            var count = (int)Libc.Receive(_server.Fd, _proxy.Loop.ReadBuffer);
            if (count < 0)
            {
                // ECONNREFUSED is the answer to an earlier datagram; the next call reads on.
                if (Libc.Errno != Errors.ConnectionRefused)
                    return;
                OnRefused();
                continue;
            }
            _answered = true;
            LastUsed = _proxy.Loop.Now;
            _proxy.Totals.DatagramsDown++;
            _proxy.Totals.BytesDown += count;
            Update();
            _down.Add(LastUsed, _proxy.Loop.ReadBuffer.AsSpan(0, count));
        }
    }

    // Nothing listens there. An address that answered before may be back soon; one that never did is left.
    private void OnRefused()
    {
        _proxy.Totals.UpstreamFailed++;
        if (!_answered)
            ConnectNext();
    }

    private DatagramPath Path(FaultDirection direction) =>
        new(_proxy.Loop, new DatagramDecider(_binding.Seed, _number, direction), direction, direction == FaultDirection.Uplink ? Send : datagram => _proxy.Reply(this, datagram));

    private void Send(ReadOnlySpan<byte> datagram)
    {
        if (_server is not { IsOpen: true } server)
        {
            // The name is still looked up.
            if (_server is null && !IsClosed && _held.Count < MostHeld)
                _held.Enqueue(datagram.ToArray());
            else
                _proxy.Totals.SendFailed++;
            return;
        }
        if (Libc.Send(server.Fd, datagram) >= 0)
            return;
        var refused = Libc.Errno == Errors.ConnectionRefused;
        // The report about an earlier datagram; this one was not sent.
        if (refused)
            OnRefused();
        if (!refused || _server is not { IsOpen: true } next || Libc.Send(next.Fd, datagram) < 0)
            _proxy.Totals.SendFailed++;
    }

    private void Update()
    {
        if (_version != _proxy.BindingVersion)
            (_version, _binding) = (_proxy.BindingVersion, _proxy.Binding());
        _up.Binding = _down.Binding = _binding;
    }
}
