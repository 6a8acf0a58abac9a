using System.Net;
using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Loop;
using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Proxy;

/// <summary>The address of an upstream. A name is looked up when it is needed and kept for a second; all its addresses are used in turn.</summary>
internal sealed class UpstreamAddress
{
    private static readonly long KeptFor = 1_000 * TcpLossModel.Millisecond;

    private readonly ProxyLoop _loop;
    private readonly Endpoint _endpoint;
    private readonly List<Action> _waiting = [];
    private IPAddress[] _addresses = [];
    private RawAddress[] _raw = [];
    private long _resolvedAt = long.MinValue / 2;
    private uint _turn;
    private bool _resolving;

    internal UpstreamAddress(ProxyLoop loop, Endpoint endpoint)
    {
        (_loop, _endpoint) = (loop, endpoint);
        if (endpoint.UnixPath is { } path)
            _raw = [RawAddress.OfUnix(path)];
        else if (IPAddress.TryParse(endpoint.Host, out var address))
            Set([address]);
        else
            IsName = true;
    }

    internal bool IsName { get; }

    /// <summary>An address, or a name that was looked up at least once, also without success.</summary>
    internal bool WasLookedUp => !IsName || _resolvedAt >= 0;

    /// <summary>False while a look-up is needed.</summary>
    internal bool IsKnown => _raw.Length > 0 && (!IsName || _loop.Now - _resolvedAt < KeptFor);

    /// <summary>Where the next connection starts; see <see cref="At"/>.</summary>
    internal uint NextTurn() => _turn++;

    /// <summary>The address of an attempt, also when the look-up is older than a second; null: all were tried, or there is none.</summary>
    /// <param name="first">Of <see cref="NextTurn"/>; each connection keeps its own.</param>
    /// <param name="tried">Earlier attempts of this connection.</param>
    internal RawAddress? At(uint first, int tried) => tried < _raw.Length ? _raw[(first + (uint)tried) % (uint)_raw.Length] : null;

    internal FaultTarget Target(FaultProtocol protocol) =>
        new(protocol, IsName ? _endpoint.Host : null, _addresses.Length > 0 ? _addresses[0] : null, _endpoint.Port);

    /// <summary>Calls back on the loop when the name was looked up. Without an address <see cref="At"/> is null then.</summary>
    internal void Resolve(Action done)
    {
        if (IsKnown)
        {
            done();
            return;
        }
        _waiting.Add(done);
        if (_resolving)
            return;
        _resolving = true;
        _ = Task.Run(async () =>
        {
            IPAddress[] addresses = [];
            try
            {
                addresses = await _loop.Resolve(_endpoint.Host).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // No address: every connection that waits is refused and counted.
            }
            _loop.Post(() => OnResolved(addresses));
        });
    }

    private void OnResolved(IPAddress[] addresses)
    {
        _resolving = false;
        Set(addresses);
        _resolvedAt = _loop.Now;
        var waiting = _waiting.ToArray();
        _waiting.Clear();
        foreach (var done in waiting)
            _loop.Guarded(done);
    }

    private void Set(IPAddress[] addresses)
    {
        _addresses = addresses;
        _raw = [.. addresses.Select(a => RawAddress.Of(a, _endpoint.Port))];
    }
}
