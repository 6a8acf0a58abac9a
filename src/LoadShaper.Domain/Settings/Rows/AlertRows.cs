using System.Text.RegularExpressions;
using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Fleet;
using LoadShaper.Domain.Secrets;

namespace LoadShaper.Domain.Settings.Rows;

/// <summary>ALERT_*, DEADMAN_URL, FLEET_PEERS: receivers of alerts, and the VMs that are watched.</summary>
internal static partial class AlertRows
{
    public static readonly Setting[] All =
    [
        Row.Text("ALERT_URLS", "alerts.urls", "", "webhook+https://…, ntfy://HOST/TOPIC, apprise+https://HOST/notify/KEY, comma separated",
            text => Read(AlertUrl.ParseChannels(text), (s, v) => s with { Alerts = s.Alerts with { Channels = v } }),
            "Receivers of a notification when this VM is at risk or not protected. webhook+http, ntfy+http and apprise+http do without TLS. Credentials: USER:PASSWORD@ or TOKEN@ before the host. Empty: none.",
            "With the URL anyone can send there, and read an ntfy topic. Over http it crosses the network unencrypted.") with { IsSecret = true },
        Row.Text("DEADMAN_URL", "alerts.deadman-url", "", "an http or https URL",
            text => Read(AlertUrl.ParseDeadman(text), (s, v) => s with { Alerts = s.Alerts with { Deadman = v } }),
            "Pinged every 5 minutes while this VM is protected, and with /fail when it is not; healthchecks and Uptime Kuma (/api/push/) formats. The monitor alerts when the pings end: the VM itself cannot report its own end.",
            "With the URL of another check the wrong VM is reported.") with { IsSecret = true },
        Row.Text("ALERT_NAME", "alerts.name", "", "1 to 63 letters, digits, '.', '-' and '_'; empty: the host name",
            text => Name().IsMatch(text)
                ? new ParsedValue(s => s with { Alerts = s.Alerts with { Name = text } })
                : ParsedValue.Refused("is not 1 to 63 letters, digits, '.', '-' and '_'", "set ALERT_NAME=vm1, or leave it out to use the host name"),
            "The name of this VM in notifications.",
            "In a container with its own host name, notifications do not say which VM they are from."),
        Row.Text("FLEET_PEERS", "fleet.peers", "", "NAME=http://ADDRESS:PORT, comma separated",
            text => Read(FleetPolicy.Parse(text), (s, v) => s with { Fleet = s.Fleet with { Peers = v } }),
            "The VMs whose /health `loadshaper fleet` shows. The daemon reads them every 60 s and notifies when one has been silent for 15 minutes. The list may be the same on every VM.",
            "Their HEALTH_HOST must be an address that this VM reaches; keep it inside a private network.") with { IsSecret = true },
    ];

    private static ParsedValue Read<T>(UrlReading<T> reading, Func<LoadShaperSettings, T, LoadShaperSettings> put)
        where T : class =>
        reading.Value is { } value ? new ParsedValue(s => put(s, value)) : ParsedValue.Refused(reading.Broken, reading.Fix);

    [GeneratedRegex("^[A-Za-z0-9._-]{1,63}$")]
    private static partial Regex Name();
}
