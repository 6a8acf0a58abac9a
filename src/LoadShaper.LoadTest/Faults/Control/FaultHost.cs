using System.Net;
using LoadShaper.LoadTest.Faults.Dns;
using LoadShaper.LoadTest.Faults.Loop;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Faults.Proxy;
using LoadShaper.LoadTest.Faults.Udp;

namespace LoadShaper.LoadTest.Faults.Control;

/// <summary>
/// The running proxies and the resolver of a configuration, which can be changed at any time. Thread-safe: everything happens
/// on the thread of its loop.
/// </summary>
public sealed class FaultHost : IAsyncDisposable
{
    private readonly ProxyLoop _loop;
    private readonly FaultBindings _bindings = new();
    private readonly Dictionary<string, IFaultProxy> _proxies = [];
    private FaultConfiguration _configuration = new();
    private DnsServer? _dns;
    private bool _disposed;

    private FaultHost(Action<string> failed, Func<string, Task<IPAddress[]>>? resolve) => _loop = new ProxyLoop(failed, resolve);

    /// <summary>As read or last applied; changes by <see cref="AddAsync"/> and the like are not in it.</summary>
    public FaultConfiguration Configuration => Volatile.Read(ref _configuration);

    /// <summary>Descriptors in use, the loop's own left out.</summary>
    public int OpenSockets => _loop.OpenSockets;

    /// <param name="failed">Receives a text when a defect was caught; the proxies continue.</param>
    /// <exception cref="IOException">An address cannot be listened on; nothing is left running.</exception>
    public static Task<FaultHost> StartAsync(FaultConfiguration configuration, Action<string> failed) => StartAsync(configuration, failed, null);

    /// <param name="resolve">In place of the system's resolver.</param>
    internal static async Task<FaultHost> StartAsync(FaultConfiguration configuration, Action<string> failed, Func<string, Task<IPAddress[]>>? resolve)
    {
        var host = new FaultHost(failed, resolve);
        try
        {
            await host.ApplyAsync(configuration).ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Changes to another configuration. Proxies whose protocol, listener or upstream changed are started again, which drops
    /// their connections; on all others the new policies take effect on open connections too.
    /// </summary>
    /// <exception cref="IOException">A new address cannot be listened on; the old configuration stays.</exception>
    public Task ApplyAsync(FaultConfiguration configuration) => _loop.CallAsync(() =>
    {
        Apply(configuration);
        return true;
    });

    /// <summary>Back to the configuration as read or last applied.</summary>
    public Task ResetAsync() => ApplyAsync(Configuration);

    /// <summary>Adds a proxy, or replaces the one of this name.</summary>
    /// <exception cref="IOException">The address cannot be listened on; a proxy that has the name continues.</exception>
    public Task AddAsync(ProxySettings settings) => _loop.CallAsync(() =>
    {
        _bindings.Touch();
        if (_proxies.TryGetValue(settings.Name, out var proxy) && IsSame(proxy.Settings, settings))
            Change(proxy, settings);
        else
            Replace(proxy, settings);
        return true;
    });

    /// <returns>False: there is no proxy of this name.</returns>
    public Task<bool> RemoveAsync(string name) => _loop.CallAsync(() => Remove(name));

    /// <param name="change">Must not change protocol, listener or upstream.</param>
    /// <returns>False: there is no proxy of this name.</returns>
    public Task<bool> ChangeAsync(string name, Func<ProxySettings, ProxySettings> change) => _loop.CallAsync(() =>
    {
        if (!_proxies.TryGetValue(name, out var proxy))
            return false;
        _bindings.Touch();
        Change(proxy, change(proxy.Settings));
        return true;
    });

    public Task<FaultStatus> StatusAsync() => _loop.CallAsync(() => new FaultStatus(
        [.. _proxies.Values.Select(Status)],
        [.. _bindings.Hits.Select(h => (h.Name, h.Hits.NonZero())).Where(h => h.Item2.Count > 0)],
        _loop.Buffered, _loop.OpenSockets, _loop.Timers.Count, _dns?.Port));

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await _loop.CallAsync(() =>
        {
            foreach (var name in _proxies.Keys.ToArray())
                Remove(name);
            _dns?.Close();
            return true;
        }).ConfigureAwait(false);
        _loop.Dispose();
    }

    private void Apply(FaultConfiguration configuration)
    {
        var kept = configuration.Proxies.Where(p => _proxies.TryGetValue(p.Name, out var now) && IsSame(now.Settings, p)).Select(p => p.Name).ToHashSet();
        var before = _proxies.ToArray();
        var keepDns = _dns is not null && configuration.Dns is { } wanted && _dns.Settings.Listen == wanted.Listen && _dns.Settings.Upstream == wanted.Upstream;
        var started = new List<IFaultProxy>();
        var moved = new List<IFaultProxy>();
        var changed = new List<(IFaultProxy Proxy, ProxySettings Before)>();
        DnsServer? dns = null, closedDns = null;
        var previous = Configuration;
        // A proxy asks for its bindings when it starts.
        _bindings.Set(configuration.Rules);
        try
        {
            foreach (var settings in configuration.Proxies.Where(p => !kept.Contains(p.Name)))
            {
                // One that moves keeps its name; it can have its old port only after the old one is closed.
                if (before.FirstOrDefault(b => b.Value.Settings.Listen.Port != 0 && b.Value.Settings.Listen == settings.Listen && b.Value.Settings.Protocol == settings.Protocol && !kept.Contains(b.Key)) is { Key: not null } old)
                {
                    Remove(old.Key);
                    moved.Add(old.Value);
                }
                started.Add(Start(settings));
            }
            if (configuration.Dns is { } dnsSettings && !keepDns)
            {
                if (_dns is not null && _dns.Settings.Listen == dnsSettings.Listen)
                {
                    closedDns = _dns;
                    _dns.Close();
                    _dns = null;
                }
                dns = Start(dnsSettings);
            }
            foreach (var settings in configuration.Proxies.Where(p => kept.Contains(p.Name)))
            {
                changed.Add((_proxies[settings.Name], _proxies[settings.Name].Settings));
                _proxies[settings.Name].Change(settings);
            }
        }
        catch
        {
            foreach (var proxy in started)
                proxy.Close();
            dns?.Close();
            _bindings.Set(previous.Rules);
            foreach (var (proxy, old) in changed)
                Restore(() => proxy.Change(old));
            foreach (var proxy in moved)
                Restore(proxy);
            if (closedDns is not null)
                Restore(() => _dns = Start(closedDns.Settings with { Listen = closedDns.Settings.Listen with { Port = closedDns.Port } }, closedDns.Settings));
            foreach (var proxy in _proxies.Values)
                proxy.Refresh();
            throw;
        }
        foreach (var name in _proxies.Keys.Where(n => !kept.Contains(n)).ToArray())
            Remove(name);
        foreach (var proxy in started)
            _proxies[proxy.Settings.Name] = proxy;
        if (dns is not null || configuration.Dns is null)
        {
            _dns?.Close();
            _dns = dns;
        }
        else
            _dns?.Change(configuration.Dns);
        Volatile.Write(ref _configuration, configuration);
    }

    private static bool IsSame(ProxySettings a, ProxySettings b) => a.Protocol == b.Protocol && a.Listen == b.Listen && a.Upstream == b.Upstream;

    private IFaultProxy Start(ProxySettings settings)
    {
        try
        {
            return settings.Protocol == FaultProtocol.Udp ? new UdpProxy(_loop, settings, _bindings) : new TcpProxy(_loop, settings, _bindings);
        }
        catch (IOException e)
        {
            throw new IOException($"proxy \"{settings.Name}\": {e.Message}", e);
        }
    }

    private DnsServer Start(DnsSettings settings, DnsSettings? shown = null)
    {
        var server = new DnsServer(_loop, settings, name => _bindings.FindName(_dns?.Settings.Policy, name));
        server.Change(shown ?? settings);
        return server;
    }

    private void Replace(IFaultProxy? old, ProxySettings settings)
    {
        // The new one can have the port of the old one only after that one is closed.
        var samePort = old is not null && old.Settings.Protocol == settings.Protocol && old.Port == settings.Listen.Port;
        if (samePort)
            Remove(settings.Name);
        try
        {
            var proxy = Start(settings);
            Remove(settings.Name);
            _proxies[settings.Name] = proxy;
        }
        catch when (samePort)
        {
            Restore(old!);
            throw;
        }
    }

    private void Change(IFaultProxy proxy, ProxySettings settings)
    {
        var before = proxy.Settings;
        try
        {
            proxy.Change(settings);
        }
        catch
        {
            Restore(() => proxy.Change(before));
            throw;
        }
    }

    // With the port that it had, also when the system chose it.
    private void Restore(IFaultProxy closed) => Restore(() =>
    {
        var proxy = Start(closed.Settings with { Listen = closed.Settings.Listen with { Port = closed.Port } });
        proxy.Change(closed.Settings);
        _proxies[closed.Settings.Name] = proxy;
    });

    // The caller gets the first error; this one is reported beside it.
    private void Restore(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            _loop.Report($"cannot restore what was running: {e.Message}");
        }
    }

    private bool Remove(string name)
    {
        if (!_proxies.Remove(name, out var proxy))
            return false;
        proxy.Close();
        return true;
    }

    private static ProxyStatus Status(IFaultProxy proxy)
    {
        var totals = proxy.Totals;
        return new ProxyStatus(
            proxy.Settings, proxy.Settings.Listen with { Port = proxy.Port }, totals.Accepted, totals.Open, totals.Rejected, totals.UpstreamFailed,
            totals.BytesUp, totals.BytesDown, totals.DatagramsUp, totals.DatagramsDown, totals.SendFailed);
    }
}
