using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Loop;
using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Proxy;

/// <summary>One proxied TCP connection: the client's socket, the upstream's, and what happens to the connection as a whole.</summary>
internal sealed class TcpLink : Timed
{
    private const int Readable = Libc.EpollIn | Libc.EpollRdHup;
    private static readonly long DrainTime = 5_000 * TcpLossModel.Millisecond;

    private readonly TcpProxy _proxy;
    private readonly LoopSocket _client;
    private readonly StreamPipe _up;
    private readonly StreamPipe _down;
    private readonly LinkLife _life;
    private LoopSocket? _server;
    private FaultBinding _binding;
    private FaultTarget _target;
    private int _version;
    private int _tried;
    private bool _closed;
    private bool _connected;
    private bool _stalled;
    private bool _peerGone;
    private bool _clientEnded;
    private bool _serverEnded;

    internal TcpLink(TcpProxy proxy, int fd, long number, FaultBinding binding, FaultTarget target, ConnectionPlan plan)
    {
        (_proxy, _binding, _target, _version) = (proxy, binding, target, proxy.BindingVersion);
        Loop = proxy.Loop;
        _life = new LinkLife(plan, Loop.Now);
        _client = new LoopSocket(Loop, fd, OnClient, OnFailed);
        _up = new StreamPipe(this, FaultDirection.Uplink, new StreamDecider(binding.Seed, number, FaultDirection.Uplink)) { From = _client, WriteBlocked = true };
        _down = new StreamPipe(this, FaultDirection.Downlink, new StreamDecider(binding.Seed, number, FaultDirection.Downlink)) { To = _client };
    }

    internal ProxyLoop Loop { get; }
    internal bool IsOpen => !_closed;

    /// <summary>Which of the upstream's addresses is tried first.</summary>
    internal uint FirstUpstream { get; set; }
    internal bool MayFlush => !_stalled && IsOpen;

    /// <summary>The policy now; a change of the configuration takes effect on open connections too.</summary>
    internal FaultBinding Binding
    {
        get
        {
            if (_version != _proxy.BindingVersion)
                (_version, _binding) = (_proxy.BindingVersion, _proxy.BindingOf(_target));
            return _binding;
        }
    }

    internal void Connect(RawAddress address)
    {
        if (!IsOpen || _life.Discards)
            return;
        var fd = Libc.Socket(address.Family, Libc.StreamSocket);
        if (fd < 0)
        {
            FailUpstream();
            return;
        }
        if (address.Family != RawAddress.Unix)
        {
            _ = Libc.SetOption(fd, Libc.Tcp, Libc.TcpNoDelay, 1);
            Libc.RecordArrival(fd);
        }
        _server = new LoopSocket(Loop, fd, OnServer, OnFailed);
        (_up.To, _down.From) = (_server, _server);
        _tried++;
        if (Libc.Connect(fd, address.Bytes) == 0)
            OnConnected();
        else if (Libc.Errno != Errors.InProgress)
            TryNext();
        ArmLife();
        Update();
    }

    /// <summary>The upstream cannot be reached: the client gets a RST.</summary>
    internal void FailUpstream()
    {
        _proxy.Totals.UpstreamFailed++;
        Close(reset: true);
    }

    /// <summary>Bytes of a read that may be passed on; the rest disappears.</summary>
    internal int OnRead(FaultDirection direction, int count, long now)
    {
        if (_life.Discards)
            return 0;
        var allowed = _life.OnBytes(count, out var happening);
        if (direction == FaultDirection.Uplink)
            _proxy.Totals.BytesUp += allowed;
        else
            _proxy.Totals.BytesDown += allowed;
        if (happening)
            // After the bytes of this read are in the pipe.
            Loop.Timers.Set(this, now);
        return allowed;
    }

    internal override void OnDue(long now)
    {
        switch (_life.Next(now))
        {
            case LifeEvent.Reset:
                Binding.Hits.Resets++;
                Close(reset: true);
                return;
            case LifeEvent.HalfOpen:
                Binding.Hits.HalfOpened++;
                _up.Clear();
                _down.Clear();
                _server?.Close(reset: true);
                break;
            case LifeEvent.Stall:
                Binding.Hits.Stalled++;
                _stalled = true;
                break;
            case LifeEvent.StallEnd:
                _stalled = false;
                _up.Flush(now);
                _down.Flush(now);
                break;
            case LifeEvent.Limit:
                Binding.Hits.Limited++;
                _up.EndNow(now);
                _down.EndNow(now);
                break;
            case LifeEvent.Drained:
                Close(reset: false);
                return;
        }
        if (!IsOpen)
            return;
        ArmLife();
        Update();
    }

    /// <summary>One direction ended.</summary>
    internal void OnFinished()
    {
        if (!_up.Finished || !_down.Finished)
            return;
        if (!_life.Limited)
        {
            Close(reset: false);
            return;
        }
        // Closing with unread bytes would reset the connection; they are read and dropped first.
        _life.DrainUntil(Loop.Now + DrainTime);
        ArmLife();
    }

    /// <summary>Sets which events the sockets want.</summary>
    internal void Update()
    {
        if (!IsOpen)
            return;
        _up.OnReading(!_stalled && _up.WantsRead);
        _down.OnReading(!_stalled && _down.WantsRead);
        _client.Want(_stalled ? Watch : Interest(_client, _up, _down, _clientEnded) | (_up.IsHeld ? Watch : 0));
        _server?.Want(_stalled ? 0 : _connected ? Interest(_server, _down, _up, _serverEnded) : Libc.EpollOut);
    }

    /// <summary>The policy changed.</summary>
    internal void Refresh()
    {
        _up.Release();
        _down.Release();
        Update();
    }

    internal void Close(bool reset)
    {
        if (_closed)
            return;
        _closed = true;
        _up.Clear();
        _down.Clear();
        Loop.Timers.Remove(this);
        _client.Close(reset);
        _server?.Close(reset);
        _proxy.OnClosed(this);
    }

    internal override void OnFailed() => Close(reset: true);

    private void OnConnected()
    {
        _connected = true;
        _up.WriteBlocked = false;
        _up.Flush(Loop.Now);
    }

    // A name such as localhost may have an address of each family, of which one is not listened on.
    private void TryNext()
    {
        _server!.Close();
        if (_proxy.NextUpstream(FirstUpstream, _tried) is { } address)
            Connect(address);
        else
            FailUpstream();
    }

    private void OnClient(int events)
    {
        if (_stalled || _up.IsHeld && (events & ~Libc.EpollOut) != 0)
        {
            // The client left. When no data will move any more, the connection is held for nothing.
            _peerGone = true;
            if (_stalled ? !_life.StallEnds : _up.IsHeldToTheEnd)
                Close(reset: true);
            else if (!_stalled && (events & Libc.EpollOut) != 0)
                Unblock(_down);
        }
        else if (_life.Discards)
            Discard(_client);
        else
        {
            if ((events & Libc.EpollOut) != 0)
                Unblock(_down);
            if (IsOpen && (events & ~Libc.EpollOut) != 0 && _up.WantsRead)
                _up.Read(Loop.Now);
        }
        Update();
    }

    private void OnServer(int events)
    {
        var server = _server!;
        if (!_connected)
        {
            if (Libc.SocketError(server.Fd) != 0)
                TryNext();
            else
                OnConnected();
        }
        else if (_life.Discards)
            Discard(server);
        else
        {
            if ((events & Libc.EpollOut) != 0)
                Unblock(_up);
            if (IsOpen && (events & ~Libc.EpollOut) != 0 && _down.WantsRead)
                _down.Read(Loop.Now);
        }
        Update();
    }

    private void Unblock(StreamPipe pipe)
    {
        pipe.WriteBlocked = false;
        pipe.Flush(Loop.Now);
    }

    private void Discard(LoopSocket socket)
    {
        var count = Libc.Receive(socket.Fd, Loop.ReadBuffer);
        if (count > 0 || count < 0 && Libc.Errno is Errors.Again or Errors.Interrupted)
            return;
        if (socket == _client)
            _clientEnded = true;
        else
            _serverEnded = true;
        // Half open: only the client counts.
        if (_clientEnded && (_serverEnded || _server is not { IsOpen: true }))
            Close(reset: count < 0);
    }

    private int Watch => _peerGone ? 0 : Libc.EpollRdHup;

    /// <summary>What a socket waits for that <paramref name="reader"/> reads from and <paramref name="writer"/> writes to.</summary>
    private int Interest(LoopSocket socket, StreamPipe reader, StreamPipe writer, bool ended) =>
        _life.Discards ? ended || !socket.IsOpen ? 0 : Readable
        : (reader.WantsRead && !_life.Limited ? Readable : 0) | (writer.WriteBlocked ? Libc.EpollOut : 0);

    private void ArmLife()
    {
        if (IsOpen)
            Loop.Timers.Set(this, _life.NextDue);
    }
}
