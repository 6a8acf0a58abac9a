using System.Net;
using LoadShaper.Domain.Fleet;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Cli.Doctor;

/// <summary>Receivers of alerts, and whether the VMs of a fleet can read each other. Nothing is sent: `loadshaper alert test` and `loadshaper fleet` do that.</summary>
internal static class AlertChecks
{
    public static CheckResult Alerts(LoadShaperSettings settings)
    {
        const string name = "alerts";
        var alerts = settings.Alerts;
        if (!alerts.IsConfigured)
            return CheckResult.Pass(name, "none: ALERT_URLS and DEADMAN_URL are not set, so only `status`, /health and /metrics show a VM at risk");
        var receivers = alerts.Channels.Select(channel => $"{channel.Name} ({channel.Url.Shown})").ToList();
        if (alerts.Deadman is { } deadman)
            receivers.Add($"deadman ({deadman.Url.Shown})");
        return CheckResult.Pass(name, $"{string.Join(", ", receivers)}; not contacted, `loadshaper alert test` does that");
    }

    /// <param name="ownAddresses">The addresses of this machine; null when the process may not ask for them.</param>
    public static IEnumerable<CheckResult> Fleet(FleetSettings fleet, HealthSettings health, Func<IReadOnlyCollection<IPAddress>?> ownAddresses)
    {
        const string name = "fleet";
        if (fleet.Peers.Count == 0)
        {
            yield return CheckResult.Pass(name, "none: FLEET_PEERS is not set");
            yield break;
        }
        yield return CheckResult.Pass(name, $"{string.Join(", ", fleet.Peers.Select(peer => peer.Name))}; not contacted, `loadshaper fleet` does that");
        foreach (var peer in fleet.Peers.Where(peer => peer.Url.Reveal().IsLoopback))
            yield return CheckResult.Warn(name, $"{peer.Name} has an address of this machine only", "write the private address of the VM in FLEET_PEERS");
        if (!health.Enabled)
        {
            yield return CheckResult.Warn(name, "HEALTH_ENABLED is false: the other VMs cannot read this one", "set HEALTH_ENABLED=true");
            yield break;
        }
        var host = IPAddress.Parse(health.Host);
        const string firewall = "allow the port in the security list or NSG and in the firewall of the machine (Oracle's images filter with iptables too)";
        if (IPAddress.IsLoopback(host))
            yield return CheckResult.Warn(name, $"HEALTH_HOST is {health.Host}: the other VMs cannot read this one", $"set HEALTH_HOST to {Private(ownAddresses()) ?? "the private address of this VM"}; {firewall}");
        else if (host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any))
            yield return CheckResult.Warn(name, $"HEALTH_HOST is {health.Host}: /health is served on every address of this machine", $"set HEALTH_HOST to {Private(ownAddresses()) ?? "its private address"}; {firewall}");
        else if (!PeerPolicy.IsPrivate(host))
            yield return CheckResult.Warn(name, $"HEALTH_HOST is {health.Host}, a public address", "set HEALTH_HOST to the private address of this VM, or to that of a VPN");
    }

    private static string? Private(IReadOnlyCollection<IPAddress>? own) =>
        own?.FirstOrDefault(address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !IPAddress.IsLoopback(address) && PeerPolicy.IsPrivate(address))?.ToString();
}
