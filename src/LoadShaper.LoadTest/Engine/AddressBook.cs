using System.Net;
using System.Net.Sockets;
using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Engine;

/// <summary>The addresses of one target. A name is resolved once, and again in the background after a failed connection, at most once a second.</summary>
internal sealed class AddressBook
{
    private readonly LoadTarget _target;
    private readonly TimeSpan _minimumAge;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private volatile RawAddress[] _addresses = [];
    private long _resolvedAt;
    private int _resolving;

    internal AddressBook(LoadTarget target, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null, TimeSpan? minimumAge = null)
    {
        _target = target;
        _minimumAge = minimumAge ?? TimeSpan.FromSeconds(1);
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
    }

    internal RawAddress[] Addresses => _addresses;

    /// <exception cref="SocketException">The name cannot be resolved.</exception>
    internal async Task ResolveAsync(CancellationToken cancellation)
    {
        if (_target.UnixSocketPath is { } path)
        {
            _addresses = [RawAddress.OfUnix(path)];
            return;
        }

        var addresses = _target.Addresses.Count > 0
            ? [.. _target.Addresses]
            : IPAddress.TryParse(_target.Host.Trim('[', ']'), out var literal) ? [literal] : await _resolve(_target.Host, cancellation).ConfigureAwait(false);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        _addresses = [.. addresses.Select(address => RawAddress.Of(address, _target.Port))];
        Volatile.Write(ref _resolvedAt, Environment.TickCount64);
    }

    /// <summary>A connection failed: look the name up again, without waiting. The present addresses stay in use until there are new ones.</summary>
    internal void OnConnectFailed()
    {
        if (_target.UnixSocketPath is not null || _target.Addresses.Count > 0 || IPAddress.TryParse(_target.Host.Trim('[', ']'), out _)
            || Environment.TickCount64 - Volatile.Read(ref _resolvedAt) < _minimumAge.TotalMilliseconds
            || Interlocked.Exchange(ref _resolving, 1) == 1)
        {
            return;
        }

        _ = Task.Run(async () =>
        {
            try
            {
                await ResolveAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // The old addresses stay; the next failed connection asks again.
                Volatile.Write(ref _resolvedAt, Environment.TickCount64);
            }
            finally
            {
                Volatile.Write(ref _resolving, 0);
            }
        });
    }
}
