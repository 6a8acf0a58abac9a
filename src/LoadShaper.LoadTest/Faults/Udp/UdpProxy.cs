using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Loop;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Faults.Proxy;

namespace LoadShaper.LoadTest.Faults.Udp;

/// <summary>A UDP socket whose clients each get a session with their own socket to the upstream. Used on the loop's thread.</summary>
internal sealed class UdpProxy : Timed, IFaultProxy
{
    private const int DatagramsPerEvent = 64;
    private const int SocketBuffer = 4 << 20;
    internal static readonly long IdleTime = 60_000 * TcpLossModel.Millisecond;

    private readonly IFaultBindings _bindings;
    private readonly Dictionary<SocketAddressKey, UdpSession> _sessions = [];
    private readonly UpstreamAddress _upstream;
    private readonly byte[] _address = new byte[Libc.AddressBytes];
    private LoopSocket? _socket;
    private long _sessionNumber;

    /// <exception cref="IOException">The address cannot be listened on.</exception>
    internal UdpProxy(ProxyLoop loop, ProxySettings settings, IFaultBindings bindings)
    {
        (Loop, Settings, _bindings) = (loop, settings, bindings);
        _upstream = new UpstreamAddress(loop, settings.Upstream);
        Port = settings.Listen.Port;
        Open();
        Refresh();
    }

    public ProxySettings Settings { get; private set; }
    public int Port { get; private set; }
    public ProxyTotals Totals { get; } = new();
    internal ProxyLoop Loop { get; }
    internal int BindingVersion => _bindings.Version;

    internal FaultBinding Binding() => _bindings.Find(Settings, _upstream.Target(FaultProtocol.Udp));

    public void Change(ProxySettings settings)
    {
        Settings = settings;
        Refresh();
    }

    public void Refresh()
    {
        if (Settings.Enabled && _socket is null)
            Open();
        else if (!Settings.Enabled)
            CloseSockets();
        Read();
    }

    public void Close()
    {
        Loop.Timers.Remove(this);
        CloseSockets();
    }

    /// <summary>Ends sessions that were idle for a minute.</summary>
    internal override void OnDue(long now)
    {
        var next = long.MaxValue;
        foreach (var (key, session) in _sessions.ToArray())
        {
            if (session.LastUsed + IdleTime <= now)
                Remove(key, session);
            else
                next = Math.Min(next, session.LastUsed + IdleTime);
        }
        Loop.Timers.Set(this, next);
    }

    /// <summary>Another address after those that did not work; null: all were tried.</summary>
    internal RawAddress? NextUpstream(uint first, int tried) => _upstream.At(first, tried);

    internal void Reply(UdpSession session, ReadOnlySpan<byte> datagram)
    {
        if (_socket is null)
            return;
        if (Libc.SendTo(_socket.Fd, datagram, session.Client.Bytes) < 0)
            Totals.SendFailed++;
    }

    private void Open()
    {
        var fd = Listeners.Open(Settings.Listen with { Port = Port }, Libc.DatagramSocket, out var port);
        Port = port;
        _ = Libc.SetOption(fd, Libc.SocketLevel, Libc.ReceiveBuffer, SocketBuffer);
        _ = Libc.SetOption(fd, Libc.SocketLevel, Libc.SendBuffer, SocketBuffer);
        _socket = new LoopSocket(Loop, fd, OnReadable, KeepOpen);
    }

    // Datagrams wait in the socket's buffer until the address is known by which a rule is chosen.
    private void Read()
    {
        var waits = !_upstream.WasLookedUp && _bindings.NeedsAddress(Settings);
        _socket?.Want(waits ? 0 : Libc.EpollIn);
        if (waits && _socket is not null)
            _upstream.Resolve(Read);
    }

    private void CloseSockets()
    {
        foreach (var (key, session) in _sessions.ToArray())
            Remove(key, session);
        _socket?.Close();
        _socket = null;
    }

    // One datagram that fails must not end the others.
    private static void KeepOpen()
    {
    }

    private void OnReadable(int events)
    {
        for (var i = 0; i < DatagramsPerEvent && _socket is not null; i++)
        {
            var count = Libc.ReceiveFrom(_socket.Fd, Loop.ReadBuffer, _address, out var length);
            if (count < 0)
                return;
            Totals.DatagramsUp++;
            Totals.BytesUp += count;
            SessionOf(_address.AsSpan(0, Math.Min(length, _address.Length)))?.OnFromClient(Loop.ReadBuffer.AsSpan(0, (int)count));
        }
    }

    private UdpSession? SessionOf(ReadOnlySpan<byte> address)
    {
        var key = SocketAddressKey.Of(address);
        if (_sessions.TryGetValue(key, out var session))
            return session;
        if (_sessions.Count >= Settings.MaxConnections)
        {
            Totals.Rejected++;
            return null;
        }
        session = new UdpSession(this, new ClientAddress(address.ToArray()), _sessionNumber++, failed => Remove(key, failed));
        _sessions.Add(key, session);
        Totals.Accepted++;
        Totals.Open++;
        if (HeapIndex < 0)
            Loop.Timers.Set(this, Loop.Now + IdleTime);
        _upstream.Resolve(() => Connect(key, session));
        return session.IsClosed ? null : session;
    }

    private void Connect(SocketAddressKey key, UdpSession session)
    {
        if (session.IsClosed)
            return;
        session.FirstUpstream = _upstream.NextTurn();
        if (session.ConnectNext())
            return;
        Totals.UpstreamFailed++;
        // The next datagram of the client starts another look-up.
        Remove(key, session);
    }

    private void Remove(SocketAddressKey key, UdpSession session)
    {
        if (session.IsClosed)
            return;
        session.Close();
        _sessions.Remove(key);
        Totals.Open--;
    }
}

/// <summary>A client's address as the kernel wrote it.</summary>
internal sealed record ClientAddress(byte[] Bytes);

/// <summary>A socket address as a key of a dictionary: family, port, address and scope.</summary>
internal readonly record struct SocketAddressKey(ulong First, ulong Second, ulong Third, uint Fourth)
{
    internal static SocketAddressKey Of(ReadOnlySpan<byte> address)
    {
        Span<byte> all = stackalloc byte[28];
        all.Clear();
        // The last 8 bytes of sockaddr_in are padding.
        address[..Math.Min(address.Length, address.Length <= 16 ? 8 : 28)].CopyTo(all);
        return new SocketAddressKey(BitConverter.ToUInt64(all), BitConverter.ToUInt64(all[8..]), BitConverter.ToUInt64(all[16..]), BitConverter.ToUInt32(all[24..]));
    }
}
