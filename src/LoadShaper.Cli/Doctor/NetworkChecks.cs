using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;

namespace LoadShaper.Cli.Doctor;

/// <summary>Peers and the port of the health endpoint.</summary>
internal static class NetworkChecks
{
    /// <param name="network">The settings.</param>
    /// <param name="resolve">Host name to addresses.</param>
    /// <param name="ownAddresses">The addresses of this machine; null when the process may not ask for them.</param>
    public static async Task<IReadOnlyList<CheckResult>> PeersAsync(
        NetworkSettings network, Func<string, CancellationToken, Task<IPAddress[]>> resolve, Func<IReadOnlyCollection<IPAddress>?> ownAddresses)
    {
        if (network.Peers.Count == 0)
            return [CheckResult.Pass("peers", "none: no traffic is sent or received")];
        if (!FallbackPolicy.MaySend(network) && !FallbackPolicy.MayReceive(network))
            return [CheckResult.Pass("peers", "not used: NET_MODE or NET_ACTIVATION is off, or NET_TARGET_PCT or NET_MONTHLY_BUDGET_GB is 0")];
        var own = ownAddresses();
        var results = await Task.WhenAll(network.Peers.Select(peer => PeerAsync(peer, network, resolve, own ?? [])));
        return own is not null ? results :
        [
            .. results,
            CheckResult.Warn("peers", "the addresses of this machine are unknown: no netlink sockets allowed", "check that no peer is this machine; systemd: add AF_NETLINK to RestrictAddressFamilies"),
        ];
    }

    /// <summary>Whether sender and receiver can prove that both are the user's.</summary>
    public static CheckResult Key(NetworkSettings network) => !FallbackPolicy.MaySend(network) && !FallbackPolicy.MayReceive(network)
        ? CheckResult.Pass("network key", "not needed: no traffic is sent or received")
        : network.Key is not null
        ? CheckResult.Pass("network key", "NET_KEY is set")
        : CheckResult.Warn("network key", "NET_KEY is not set: any machine that has the private address of a peer is trusted, and public addresses are refused",
            "set NET_KEY to the output of `openssl rand -hex 16`, the same on every machine");

    private static async Task<CheckResult> PeerAsync(
        NetworkPeer peer, NetworkSettings network, Func<string, CancellationToken, Task<IPAddress[]>> resolve, IReadOnlyCollection<IPAddress> own)
    {
        var name = $"peer {peer}";
        // As the daemon does it: an address is used as it is, and a name has NET_VALIDATION_TIMEOUT_MS.
        if (!IPAddress.TryParse(peer.Host, out var address))
        {
            try
            {
                using var patience = new CancellationTokenSource(network.ValidationTimeout);
                address = PeerPolicy.Choose(network.Ipv6, await resolve(peer.Host, patience.Token));
            }
            catch (OperationCanceledException)
            {
                return CheckResult.Fail(name, FormattableString.Invariant($"cannot be resolved in {network.ValidationTimeout.TotalMilliseconds} ms"), "raise NET_VALIDATION_TIMEOUT_MS, or write the address in NET_PEERS");
            }
            catch (Exception e) when (e is SocketException or ArgumentException)
            {
                return CheckResult.Fail(name, $"cannot be resolved: {e.Message}", "correct the name in NET_PEERS, or write the address");
            }
        }
        const string another = "name another machine of yours in NET_PEERS";
        if (address is null)
            return CheckResult.Fail(name, "has no address that NET_IPV6 allows", "correct the name in NET_PEERS, or set NET_IPV6=auto");
        return PeerPolicy.Validate(network with { ValidatePeers = true }, address, own) switch
        {
            PeerTrouble.ThisMachine => CheckResult.Fail(name, $"is this machine itself ({address}): traffic to it never leaves the machine", another),
            PeerTrouble.Private => CheckResult.Fail(name, $"has the private address {address}, which NET_REQUIRE_EXTERNAL refuses", "set NET_REQUIRE_EXTERNAL=false, or name external peers only"),
            not null => CheckResult.Fail(name, $"is not one machine ({address})", another),
            null when !HelloPolicy.MayAsk(network.Key is not null, address) => CheckResult.Fail(name, $"is {address}, a public address, and NET_KEY is not set", "set NET_KEY to the same secret on both machines"),
            null when network.Ttl == 1 && !PeerPolicy.IsPrivate(address) => CheckResult.Warn(name, $"is {address}, outside this network, but NET_TTL=1 ends at the first router", "set NET_TTL=64 for external peers"),
            null => CheckResult.Pass(name, $"is {address}"),
        };
    }

    /// <summary>Whether the health endpoint can listen.</summary>
    /// <param name="health">The settings.</param>
    /// <param name="running">Whether a LoadShaper runs on the data directory; then the port is probably its own.</param>
    public static CheckResult Port(HealthSettings health, bool running)
    {
        const string name = "health port";
        if (!health.Enabled)
            return CheckResult.Warn(name, "HEALTH_ENABLED is false: LoadShaper cannot be monitored", "set HEALTH_ENABLED=true");
        var place = string.Create(CultureInfo.InvariantCulture, $"{health.Host}:{health.Port}");
        return HealthPort.Refusal(health) is not { } refused ? CheckResult.Pass(name, $"{place} is free") : refused.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse when running => CheckResult.Warn(name, $"{place} is in use", "none if it is the running LoadShaper; else set another HEALTH_PORT"),
            SocketError.AddressAlreadyInUse => CheckResult.Fail(name, $"{place} is in use by another program", HealthPort.Fix(refused)),
            SocketError.AccessDenied => CheckResult.Fail(name, $"{place} is not allowed for this user", HealthPort.Fix(refused)),
            _ => CheckResult.Fail(name, $"cannot listen on {place}: {refused.Message}", HealthPort.Fix(refused)),
        };
    }

    /// <summary>Which machines can reach the HTTP server, which has no login.</summary>
    public static CheckResult Exposure(HealthSettings health)
    {
        const string name = "health exposure";
        if (!health.Enabled)
            return CheckResult.Pass(name, "HEALTH_ENABLED is false: nothing listens");
        var address = IPAddress.Parse(health.Host);
        if (IPAddress.IsLoopback(address))
            return CheckResult.Pass(name, $"{address}: this machine only");
        if (!address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && PeerPolicy.IsPrivate(address))
            return CheckResult.Pass(name, $"{address}: every host that reaches this private address can read /health and /metrics without a login; open the port only to your monitoring");
        return CheckResult.Warn(name, $"{address}: every host that reaches this machine can read /health and /metrics without a login",
            "set HEALTH_HOST to the private address, or open the port only to your monitoring (security list or NSG), or put a reverse proxy with TLS and a login in front");
    }

    /// <summary>What the HTTP server admits.</summary>
    public static CheckResult Limits(HealthSettings health)
    {
        var limits = health.Limits;
        return CheckResult.Pass("HTTP limits", !health.Enabled ? "HEALTH_ENABLED is false: nothing listens" : string.Create(
            CultureInfo.InvariantCulture,
            $"{limits.Concurrent} requests at once, {limits.PerMinute} a minute, {limits.Memory.MiB:0.#} MiB, {limits.CpuPercent:0.#} % CPU; warnings from 80 %"));
    }
}
