using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Alerts;

/// <summary>The HTTP request for a notification or a ping, in the format of its receiver.</summary>
internal static class AlertRequest
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="verdict">This VM's, for receivers of JSON; null when not known.</param>
    public static HttpRequestMessage For(AlertChannel channel, Notification notification, Verdict? verdict) => channel.Kind switch
    {
        ChannelKind.Ntfy => Ntfy(channel.Url.Reveal(), notification),
        ChannelKind.Apprise => Apprise(channel.Url.Reveal(), notification),
        _ => Post(channel.Url.Reveal(), JsonBody(json => Webhook(json, notification, verdict))),
    };

    public static HttpRequestMessage For(DeadmanTarget target, DeadmanPing ping)
    {
        var url = new UriBuilder(target.Url.Reveal());
        if (target.Kind == DeadmanKind.UptimeKuma)
        {
            // The address that it shows to be copied has these parameters already.
            url.Query = $"status={(ping.IsSuccess ? "up" : "down")}&msg={Uri.EscapeDataString(ping.Text)}";
            return HttpRequests.Authorized(HttpMethod.Get, url.Uri);
        }
        if (!ping.IsSuccess)
            url.Path = url.Path.TrimEnd('/') + "/fail";
        return Post(url.Uri, new StringContent(ping.Text, Encoding.UTF8, "text/plain"));
    }

    private static HttpRequestMessage Ntfy(Uri address, Notification notification)
    {
        var request = Post(address, new StringContent(notification.Message, Encoding.UTF8, "text/plain"));
        var (priority, tag) = notification switch
        {
            { Phase: NotificationPhase.Recovered } => ("default", "white_check_mark"),
            { Severity: AlertSeverity.Critical } => ("urgent", "rotating_light"),
            { Severity: AlertSeverity.Warning } => ("high", "warning"),
            _ => ("default", "information_source"),
        };
        request.Headers.Add("Title", notification.Title);
        request.Headers.Add("Priority", priority);
        request.Headers.Add("Tags", $"{tag},loadshaper");
        return request;
    }

    private static HttpRequestMessage Apprise(Uri address, Notification notification)
    {
        var tag = address.Query.TrimStart('?').Split('&')
            .Select(pair => pair.Split('=', 2)).FirstOrDefault(pair => pair is ["tag", not ""])?[1];
        return Post(new UriBuilder(address) { Query = "" }.Uri, JsonBody(json =>
        {
            json.WriteString("title", notification.Title);
            json.WriteString("body", notification.Message);
            json.WriteString("type", notification switch
            {
                { Phase: NotificationPhase.Recovered } => "success",
                { Severity: AlertSeverity.Critical } => "failure",
                { Severity: AlertSeverity.Warning } => "warning",
                _ => "info",
            });
            if (tag is not null)
                json.WriteString("tag", Uri.UnescapeDataString(tag));
        }));
    }

    private static void Webhook(Utf8JsonWriter json, Notification notification, Verdict? verdict)
    {
        json.WriteString("source", "loadshaper");
        json.WriteString("version", BuildInfo.Version);
        json.WriteString("vm", notification.Vm);
        json.WriteString("alert", notification.Kind is { } kind ? SnakeCase.Of(kind) : "test");
        json.WriteString("subject", notification.Subject == "" ? null : notification.Subject);
        json.WriteString("phase", SnakeCase.Of(notification.Phase));
        json.WriteString("severity", SnakeCase.Of(notification.Severity));
        json.WriteString("title", notification.Title);
        json.WriteString("message", notification.Message);
        // Title and message in one, under the name that chat servers read.
        json.WriteString("text", $"{notification.Title}\n{notification.Message}");
        json.WriteString("time", Time(notification.At));
        json.WriteStartObject("verdict");
        json.WriteString("word", VerdictFormatter.Of(verdict?.Kind));
        if (verdict?.Margin is { } margin)
            json.WriteNumber("margin_points", Math.Round(margin, 2));
        else
            json.WriteNull("margin_points");
        json.WriteString("turns_at", verdict?.TurnsAt is { } turns ? Time(turns) : null);
        json.WriteEndObject();
    }

    private static HttpRequestMessage Post(Uri address, HttpContent content)
    {
        var request = HttpRequests.Authorized(HttpMethod.Post, address);
        request.Content = content;
        return request;
    }

    private static ByteArrayContent JsonBody(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }
        var body = new ByteArrayContent(buffer.WrittenSpan.ToArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return body;
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
