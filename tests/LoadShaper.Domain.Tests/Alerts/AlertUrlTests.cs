using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Domain.Tests.Alerts;

public sealed class AlertUrlTests
{
    [Theory]
    [InlineData("webhook+https://h.example/hook?a=b", "webhook-1", "https://h.example/hook?a=b")]
    [InlineData("webhook+http://127.0.0.1:9000", "webhook-1", "http://127.0.0.1:9000/")]
    [InlineData("ntfy://ntfy.sh/my-topic_1", "ntfy-1", "https://ntfy.sh/my-topic_1")]
    [InlineData("NTFY+HTTP://10.0.0.9:8080/t", "ntfy-1", "http://10.0.0.9:8080/t")]
    [InlineData("ntfy://user:pass@ntfy.example/t", "ntfy-1", "https://user:pass@ntfy.example/t")]
    [InlineData("apprise+https://h.example/notify/key?tag=ops", "apprise-1", "https://h.example/notify/key?tag=ops")]
    [InlineData("apprise+http://h:8000/sub/notify/key", "apprise-1", "http://h:8000/sub/notify/key")]
    public void A_channel_has_its_kind_and_its_address(string text, string name, string address)
    {
        var channel = Assert.Single(AlertUrl.ParseChannels(text).Value!);

        Assert.Equal((name, address), (channel.Name, channel.Url.Reveal().ToString()));
    }

    [Theory]
    [InlineData("https://h.example/hook", "entry 1 does not say what its receiver expects")]
    [InlineData("mailto://me@h.example", "entry 1 has an unknown scheme")]
    [InlineData("ntfy.sh/topic", "entry 1 is no URL")]
    [InlineData("ntfy://", "entry 1 has no valid host")]
    [InlineData("ntfy://ntfy.sh", "entry 1 has no valid ntfy topic")]
    [InlineData("ntfy://ntfy.sh/a/b", "entry 1 has no valid ntfy topic")]
    [InlineData("ntfy://ntfy.sh/a.b", "entry 1 has no valid ntfy topic")]
    [InlineData("ntfy://ntfy.sh/ok,apprise+https://h.example/key", "entry 2 does not end in /notify/KEY")]
    [InlineData("ntfy://ntfy.sh/ok,,ntfy://ntfy.sh/ok2", "has an empty entry 2")]
    [InlineData("webhook+https://h.example/a#b", "entry 1 has a # part, which is never sent")]
    [InlineData("webhook+https://h.ex ample/a", "entry 1 has no valid host")]
    public void A_wrong_entry_is_refused_with_its_place_and_a_fix(string text, string broken)
    {
        var reading = AlertUrl.ParseChannels(text);

        Assert.Null(reading.Value);
        Assert.Equal(broken, reading.Broken);
        Assert.NotEmpty(reading.Fix);
    }

    [Fact]
    public void Too_many_channels_are_refused() =>
        Assert.Equal("has 17 entries", AlertUrl.ParseChannels(string.Join(',', Enumerable.Range(1, 17).Select(n => $"ntfy://ntfy.sh/t{n}"))).Broken);

    [Theory]
    [InlineData("https://hc-ping.com/uuid", DeadmanKind.Healthchecks)]
    [InlineData("http://10.0.0.9:8000/ping/key/slug?create=1", DeadmanKind.Healthchecks)]
    [InlineData("https://kuma.example/api/push/TOKEN?status=up&msg=OK&ping=", DeadmanKind.UptimeKuma)]
    public void A_dead_mans_monitor_is_known_by_its_path(string text, DeadmanKind kind) => Assert.Equal(kind, AlertUrl.ParseDeadman(text).Value?.Kind);

    [Theory]
    [InlineData("ntfy://ntfy.sh/t", "is no http or https URL")]
    [InlineData("https://hc-ping.com", "names no check")]
    [InlineData("https://hc-ping.com/uuid/fail", "ends in /fail")]
    [InlineData("https:///uuid", "has no valid host")]
    [InlineData("https://hc-ping.com/uuid#x", "has a # part, which is never sent")]
    public void A_wrong_dead_mans_monitor_is_refused(string text, string broken)
    {
        var reading = AlertUrl.ParseDeadman(text);

        Assert.Null(reading.Value);
        Assert.Equal(broken, reading.Broken);
    }

    [Theory]
    [InlineData("ALERT_URLS", "ntfy+http://ntfy.sh/t", true)]
    [InlineData("ALERT_URLS", "ntfy+http://203.0.113.4/t", true)]
    [InlineData("ALERT_URLS", "ntfy+http://10.0.0.9/t", false)]
    [InlineData("ALERT_URLS", "ntfy+http://ntfy.internal/t", false)]
    [InlineData("ALERT_URLS", "ntfy+http://ntfy/t", false)]
    [InlineData("ALERT_URLS", "ntfy://ntfy.sh/t", false)]
    [InlineData("ALERT_URLS", "ntfy://ntfy.sh/t,ntfy://ntfy.sh/t", true)]
    [InlineData("DEADMAN_URL", "http://hc-ping.com/uuid", true)]
    [InlineData("DEADMAN_URL", "https://hc-ping.com/uuid", false)]
    [InlineData("FLEET_PEERS", "a=http://203.0.113.4:8080", true)]
    [InlineData("FLEET_PEERS", "a=http://100.64.0.7:8080", false)]
    public void A_secret_without_TLS_outside_the_own_network_is_a_warning(string name, string value, bool warned)
    {
        var reading = SettingsParser.Parse(new Dictionary<string, string> { [name] = value }, new SettingsContext(ShapeFamily.E2));

        Assert.Empty(reading.Problems);
        Assert.Equal(warned, reading.Warnings.Any(warning => warning.Variable == name));
    }
}
