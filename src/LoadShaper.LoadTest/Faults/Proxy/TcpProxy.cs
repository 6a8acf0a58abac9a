using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Loop;
using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Proxy;

/// <summary>A TCP listener whose connections go to one upstream, with the faults of the policy that applies. Used on the loop's thread.</summary>
internal sealed class TcpProxy : Timed, IFaultProxy
{
    private const int Backlog = 4_096;
    private const int AcceptsPerEvent = 64;
    private static readonly long Retry = 100 * TcpLossModel.Millisecond;

    private readonly IFaultBindings _bindings;
    private readonly LoopSocket _listener;
    private readonly HashSet<TcpLink> _links = [];
    private readonly UpstreamAddress _upstream;
    private long _connections;
    private int _refuseVersion = -1;
    private bool _listening;

    /// <exception cref="IOException">The address cannot be listened on.</exception>
    internal TcpProxy(ProxyLoop loop, ProxySettings settings, IFaultBindings bindings)
    {
        (Loop, Settings, _bindings) = (loop, settings, bindings);
        _upstream = new UpstreamAddress(loop, settings.Upstream);
        var fd = Listeners.Open(settings.Listen, Libc.StreamSocket, out var port);
        Port = port;
        _listener = new LoopSocket(loop, fd, OnAcceptable, Pause);
        try
        {
            Refresh();
        }
        catch (IOException)
        {
            _listener.Close();
            throw;
        }
    }

    public ProxySettings Settings { get; private set; }
    public int Port { get; }
    public ProxyTotals Totals { get; } = new();
    internal ProxyLoop Loop { get; }
    internal int BindingVersion => _bindings.Version;

    /// <summary>Another address after those that did not answer; null: all were tried.</summary>
    internal RawAddress? NextUpstream(uint first, int tried) => _upstream.At(first, tried);

    internal FaultBinding BindingOf(FaultTarget target) => _bindings.Find(Settings, target);

    public void Change(ProxySettings settings)
    {
        var disabled = Settings.Enabled && !settings.Enabled;
        Settings = settings;
        if (disabled)
            foreach (var link in _links.ToArray())
                link.Close(reset: true);
        Refresh();
    }

    /// <summary>Listens or not, by the settings and by a policy that refuses everything now.</summary>
    public void Refresh()
    {
        _refuseVersion = -1;
        OnDue(Loop.Now);
        foreach (var link in _links.ToArray())
            link.Refresh();
    }

    public void Close()
    {
        Loop.Timers.Remove(this);
        _listener.Close();
        foreach (var link in _links.ToArray())
            link.Close(reset: true);
    }

    internal void OnClosed(TcpLink link)
    {
        _links.Remove(link);
        Totals.Open--;
    }

    internal override void OnDue(long now)
    {
        var binding = BindingOf(_upstream.Target(FaultProtocol.Tcp));
        var refuses = binding.Policy.Connection.Refuse >= 1 && binding.Strength(now) >= 1;
        var listen = Settings.Enabled && !refuses;
        if (listen != _listening)
        {
            // Shut down and not closed: the port stays reserved, and the kernel answers a connection with RST.
            _listener.Want(0);
            if (listen && Libc.Listen(_listener.Fd, Backlog) < 0 || !listen && Libc.Shutdown(_listener.Fd, Libc.ShutdownBoth) < 0)
                throw new IOException($"proxy \"{Settings.Name}\": cannot {(listen ? "listen" : "stop listening")}: {Errors.Text(Libc.Errno)}");
            _listening = listen;
        }
        // Connections wait in the backlog until the address is known by which a rule is chosen.
        var waits = _listening && !_upstream.WasLookedUp && _bindings.NeedsAddress(Settings);
        if (waits)
            _upstream.Resolve(OnLookedUp);
        _listener.Want(_listening && !waits ? Libc.EpollIn : 0);
        _refuseVersion = BindingVersion;
        Loop.Timers.Set(this, binding.Policy.Connection.Refuse >= 1 ? binding.NextChange(now) : long.MaxValue);
    }

    private void OnLookedUp()
    {
        if (_listener.IsOpen)
            OnDue(Loop.Now);
    }

    private void OnAcceptable(int events)
    {
        if (_refuseVersion != BindingVersion)
            OnDue(Loop.Now);
        for (var i = 0; i < AcceptsPerEvent && _listening; i++)
        {
            var fd = Libc.Accept(_listener.Fd);
            if (fd < 0)
            {
                var errno = Libc.Errno;
                if (Errors.IsLocalResource(errno))
                {
                    // Out of descriptors: the connections wait in the backlog.
                    Pause();
                }
                return;
            }
            Accept(fd);
        }
    }

    private void Pause()
    {
        _listener.Want(0);
        Loop.Timers.Set(this, Loop.Now + Retry);
    }

    private void Accept(int fd)
    {
        Totals.Accepted++;
        if (Totals.Open >= Settings.MaxConnections)
        {
            Totals.Rejected++;
            CloseWithReset(fd);
            return;
        }
        _ = Libc.SetOption(fd, Libc.Tcp, Libc.TcpNoDelay, 1);
        var number = _connections++;
        var now = Loop.Now;
        var target = _upstream.Target(FaultProtocol.Tcp);
        var binding = BindingOf(target);
        binding.Hits.Connections++;
        var strength = binding.Strength(now);
        var plan = ConnectionPlan.Decide(binding.Policy.Connection, strength, binding.Seed, number);
        if (plan.Refuse)
        {
            binding.Hits.Refused++;
            CloseWithReset(fd);
            return;
        }
        var link = new TcpLink(this, fd, number, binding, target, plan);
        _links.Add(link);
        Totals.Open++;
        try
        {
            if (_upstream.IsName && binding.Policy.Dns is not null)
                LookUp(link, binding, number, strength);
            else
                _upstream.Resolve(() => Connect(link));
            link.Update();
        }
        catch (Exception e)
        {
            Drop(link, e);
        }
    }

    // One connection fails, for example because the kernel watches no more descriptors; the listener stays.
    private void Drop(TcpLink link, Exception e)
    {
        Loop.Report($"connection dropped: {e.Message}");
        link.Close(reset: true);
    }

    // A client without a cache of names would look the name up before each connection.
    private void LookUp(TcpLink link, FaultBinding binding, long number, double strength)
    {
        var (verdict, delay) = DnsDecider.Decide(binding.Policy.Dns, strength, binding.Seed, number);
        binding.Hits.DnsQueries++;
        if (verdict == DnsVerdict.NoAnswer)
            binding.Hits.DnsUnanswered++;
        else if (verdict == DnsVerdict.NxDomain)
            binding.Hits.DnsNxDomain++;
        else if (verdict == DnsVerdict.ServFail)
            binding.Hits.DnsServFail++;
        // 5 s: the time-out of a resolver with default options.
        Loop.Timers.Set(
            new OneShot(() =>
            {
                if (verdict == DnsVerdict.Answer)
                    _upstream.Resolve(() => Connect(link));
                else if (link.IsOpen)
                    link.FailUpstream();
            }),
            Loop.Now + (verdict == DnsVerdict.NoAnswer ? TimeSpan.FromSeconds(5) : delay).Ticks * Delays.NanosecondsPerTick);
    }

    private void Connect(TcpLink link)
    {
        if (!link.IsOpen)
            return;
        try
        {
            link.FirstUpstream = _upstream.NextTurn();
            if (_upstream.At(link.FirstUpstream, 0) is { } address)
                link.Connect(address);
            else
                link.FailUpstream();
        }
        catch (Exception e)
        {
            Drop(link, e);
        }
    }

    private static void CloseWithReset(int fd)
    {
        Libc.ResetOnClose(fd);
        _ = Libc.Close(fd);
    }
}

/// <summary>Runs once.</summary>
internal sealed class OneShot(Action action) : Timed
{
    internal override void OnDue(long now) => action();
}

/// <summary>A proxy of the host, on the loop's thread.</summary>
internal interface IFaultProxy
{
    ProxySettings Settings { get; }

    /// <summary>The port that is listened on.</summary>
    int Port { get; }
    ProxyTotals Totals { get; }

    /// <summary>New values with the same listener and upstream.</summary>
    void Change(ProxySettings settings);

    /// <summary>The bindings changed.</summary>
    void Refresh();

    void Close();
}
