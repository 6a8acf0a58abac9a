using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Metrics.Rows;

internal static class AlertMetricRows
{
    private static readonly string[] Results = ["delivered", "failed", "dropped"];

    public static readonly Metric[] All =
    [
        new("loadshaper_notifications_total", MetricType.Counter,
            "Notifications to a channel of ALERT_URLS and pings to DEADMAN_URL: delivered, failed attempts, dropped because too many were waiting or the receiver rejected them.", ["channel", "result"], [],
            m => from channel in Channels(m) from result in Results select new MetricValue(Count(Status(m, channel), result), channel, result)),
        Metric.GaugeOf("loadshaper_notifications_waiting", "channel", "Notifications that are not delivered yet.",
            m => Channels(m).Select(channel => (channel, (double?)(Status(m, channel)?.Waiting ?? 0)))),
        Metric.GaugeBy("loadshaper_alert_raised", "alert", SnakeCase.All<AlertKind>(), "1 while an alert is raised; 0 without ALERT_URLS and DEADMAN_URL.",
            (m, alert) => Convert.ToDouble(m.State.Alerts?.Raised.Any(record => SnakeCase.Of(record.Kind) == alert) ?? false)),
    ];

    private static IEnumerable<string> Channels(MetricsInput input) =>
        [.. input.Settings.Alerts.Channels.Select(channel => channel.Name), .. input.Settings.Alerts.Deadman is null ? Array.Empty<string>() : [DeadmanTarget.Name]];

    private static ChannelStatus? Status(MetricsInput input, string channel) => input.State.Alerts?.Channels.FirstOrDefault(status => status.Name == channel);

    private static double Count(ChannelStatus? status, string result) => result switch
    {
        "delivered" => status?.Delivered ?? 0,
        "failed" => status?.Failed ?? 0,
        _ => status?.Dropped ?? 0,
    };
}
