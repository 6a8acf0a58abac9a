using System.Text.RegularExpressions;

namespace LoadShaper.Domain.Settings;

/// <summary>
/// The variables that Kubernetes sets for every Service of a namespace (and docker for every --link). A Service named
/// `health` sets HEALTH_PORT=tcp://10.43.0.7:8080, which is not meant for LoadShaper.
/// </summary>
public static partial class ServiceLinks
{
    /// <param name="environment">As the process received it.</param>
    /// <returns>The environment without the links, and a warning for each link that has the name of a setting.</returns>
    public static (IReadOnlyDictionary<string, string> Environment, IReadOnlyList<SettingProblem> Warnings) LeaveOut(IReadOnlyDictionary<string, string> environment)
    {
        var services = environment.Keys.Select(ServiceOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        var warnings = new List<SettingProblem>();
        foreach (var (name, value) in environment)
        {
            if (!IsLink(name, value, services, out var service))
                kept[name] = value;
            else if (SettingsTable.Find(name) is { } setting)
                warnings.Add(new SettingProblem(name, value, SettingOrigin.Environment,
                    $"is the Kubernetes link of a Service named {service.ToLowerInvariant().Replace('_', '-')} and is ignored",
                    $"set enableServiceLinks: false in the pod, or set {name}={setting.Default} there"));
        }
        return (kept, warnings);
    }

    private static string? ServiceOf(string name)
    {
        const string host = "_SERVICE_HOST";
        return name.Length > host.Length && name.EndsWith(host, StringComparison.Ordinal) ? name[..^host.Length]
            : PortOfService().Match(name) is { Success: true } match ? match.Groups[1].Value
            : null;
    }

    private static bool IsLink(string name, string value, HashSet<string> services, out string service)
    {
        // A service name may be the beginning of another one.
        for (var end = name.LastIndexOf('_'); end > 0; end = name.LastIndexOf('_', end - 1))
        {
            service = name[..end];
            var rest = name[(end + 1)..];
            if (services.Contains(service) && (LinkName().IsMatch(rest) || (rest == "PORT" && LinkValue().IsMatch(value.Trim()))))
                return true;
        }
        service = "";
        return false;
    }

    [GeneratedRegex(@"^(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$")]
    private static partial Regex LinkName();

    [GeneratedRegex(@"^(tcp|udp|sctp)://", RegexOptions.IgnoreCase)]
    private static partial Regex LinkValue();

    [GeneratedRegex(@"^(\w+)_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$")]
    private static partial Regex PortOfService();
}
