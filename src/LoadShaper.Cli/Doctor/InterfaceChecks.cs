using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Proc;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Cli.Doctor;

/// <summary>The watched interface: it exists, and why it was chosen.</summary>
internal static class InterfaceChecks
{
    private const string Name = "interface";

    /// <param name="values">The settings with their sources.</param>
    /// <param name="resolve">The kernel's name of the interface with an alternative name; null when there is none.</param>
    public static CheckResult Interface(ProcFs proc, NetworkSettings network, IReadOnlyList<SettingValue> values, Func<string, string?> resolve)
    {
        var watch = network.Watch;
        var variable = watch.OfHost ? "NET_IFACE" : "NET_IFACE_INNER";
        var counters = watch.OfHost ? proc.ReadOfHost("1/net/dev") : [];
        if (counters.IsEmpty)
            counters = proc.Read("net/dev");
        if (watch.Interface == NetworkWatch.All)
            return PhysicalInterfaces.Sum(counters, name => proc.ExistsSys($"class/net/{name}") ? proc.ExistsSys($"class/net/{name}/device") : null) is { } sum
                ? CheckResult.Pass(Name, $"{sum.Names}: the sum of the physical interfaces")
                : CheckResult.Warn(Name, "no physical interface is found: network use stays unknown", $"set {variable} to a name that `ip link` shows");
        if (ProcNetDev.Parse(counters, watch.Interface) is not null)
        {
            var origin = values.FirstOrDefault(value => value.Setting.Name == variable)?.Origin;
            return CheckResult.Pass(Name, $"{watch.Interface} exists{(origin is null ? "" : $" ({origin})")}");
        }

        var real = watch.OfHost ? null : resolve(watch.Interface);
        var (found, fix) = real is not null && real != watch.Interface
            ? ($"{watch.Interface} is an alternative name of {real}, and /proc/net/dev does not list it", $"set {variable}={real}")
            : ($"{watch.Interface} does not exist", $"set {variable} to a name that `ip link` shows, or leave it out to use the interface of the default route");
        return FallbackPolicy.MaySend(network)
            ? CheckResult.Fail(Name, $"{found}: network use stays unknown, and no traffic is sent", fix)
            : CheckResult.Warn(Name, $"{found}: network use stays unknown", fix);
    }
}
