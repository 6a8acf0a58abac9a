using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Configuration;

/// <summary>The interfaces of the default routes: of this network namespace, and of the host where its /proc is mounted.</summary>
internal sealed record DetectedInterfaces(DefaultInterface? Inner, DefaultInterface? Host)
{
    /// <summary>NET_IFACE_INNER and NET_IFACE as they are where the user leaves them at the default.</summary>
    public IEnumerable<KeyValuePair<string, SettingText>> Settings
    {
        get
        {
            foreach (var (name, found) in new[] { ("NET_IFACE_INNER", Inner), ("NET_IFACE", Host) })
                if (found is not null)
                    yield return KeyValuePair.Create(name, new SettingText(found.Name, new SettingOrigin(SettingSource.Detected, found.Reason)));
        }
    }

    /// <param name="root">"/" on a machine, a fixture in tests.</param>
    public static DetectedInterfaces Read(string root = "/")
    {
        var inner = Find(Path.Combine(root, "proc/net"));
        var ofHost = Path.Combine(root, "host/proc/1/net");
        // Without the host's /proc the counters are those of this namespace, and so is the interface.
        return new DetectedInterfaces(inner, File.Exists(Path.Combine(ofHost, "dev")) ? Find(ofHost) : inner);
    }

    private static DefaultInterface? Find(string folder) =>
        DefaultRoute.Find(Text(folder, "route"), Text(folder, "ipv6_route"), Text(folder, "dev"));

    private static string Text(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
