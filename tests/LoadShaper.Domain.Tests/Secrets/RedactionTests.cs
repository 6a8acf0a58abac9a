using LoadShaper.Domain.Secrets;
using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Domain.Tests.Secrets;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("https://hc-ping.com/SECRET", "https://hc-ping.com/***")]
    [InlineData("ntfy://ntfy.sh/SECRET", "ntfy://ntfy.sh/***")]
    [InlineData("ntfy+http://10.0.0.9:8080/SECRET?x=SECRET", "ntfy+http://10.0.0.9:8080/***")]
    [InlineData("https://SECRET:SECRET@host.example/SECRET#SECRET", "https://***@host.example/***")]
    [InlineData("https://SECRET@host.example:8443", "https://***@host.example:8443")]
    [InlineData("https://host.example?token=SECRET", "https://host.example/***")]
    [InlineData("http://[fd00::1]:8080/SECRET", "http://[fd00::1]:8080/***")]
    [InlineData("http://10.0.0.12:8080", "http://10.0.0.12:8080")]
    [InlineData("http://10.0.0.12:8080/", "http://10.0.0.12:8080")]
    // The host is missing, and the topic stands in its place.
    [InlineData("ntfy://SECRET", "ntfy://***")]
    [InlineData("ntfy://SECRET/", "ntfy://***")]
    // A password with a / or an @ in it.
    [InlineData("https://user:SECRET/SECRET@host.example/x", "https://***")]
    [InlineData("https://user:SECRET@SECRET@host.example/x", "https://***")]
    [InlineData("https://ho st/SECRET", "https://***")]
    [InlineData("ntfy:/host/SECRET", "***")]
    [InlineData("SECRET", "***")]
    [InlineData("", "***")]
    public void Of_a_URL_only_scheme_host_and_port_remain(string url, string shown) => Assert.Equal(shown, Redaction.Url(url));

    [Theory]
    [InlineData("ntfy://ntfy.sh/SECRET, webhook+https://h.example/SECRET,SECRET", "ntfy://ntfy.sh/***,webhook+https://h.example/***,***")]
    [InlineData("vm1=http://u:SECRET@10.0.0.11:8080,vm2=http://10.0.0.12:8080", "vm1=http://***@10.0.0.11:8080,vm2=http://10.0.0.12:8080")]
    [InlineData("SECRET", "***")]
    [InlineData("", "")]
    public void Of_a_setting_every_entry_is_redacted(string value, string shown) => Assert.Equal(shown, Redaction.Value(value));

    [Fact]
    public void Of_a_text_every_URL_is_redacted() => Assert.Equal(
        "The proxy tunnel request to proxy 'http://***@proxy.example:3128' failed; see https://h.example/***",
        Redaction.Text("The proxy tunnel request to proxy 'http://me:SECRET@proxy.example:3128' failed; see https://h.example/SECRET"));

    [Fact]
    public void A_secret_URL_prints_itself_redacted()
    {
        var url = new SecretUrl(new Uri("https://ntfy.sh/SECRET"), "ntfy://ntfy.sh/SECRET");

        Assert.Equal("ntfy://ntfy.sh/*** ntfy://ntfy.sh/***", $"{url} {url.Shown}");
        Assert.Equal("https://ntfy.sh/SECRET", url.Reveal().ToString());
        Assert.DoesNotContain("SECRET", System.Text.Json.JsonSerializer.Serialize(url), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ALERT_URLS", "ntfy://ntfy.sh/SECRET/SECRET")]
    [InlineData("ALERT_URLS", "\"ntfy://ntfy.sh/SECRET\"")]
    [InlineData("ALERT_URLS", "https://hooks.example/SECRET")]
    [InlineData("ALERT_URLS", "SECRET")]
    [InlineData("DEADMAN_URL", "ntfy://ntfy.sh/SECRET")]
    [InlineData("FLEET_PEERS", "http://user:SECRET@10.0.0.1:8080")]
    public void A_refused_value_is_not_in_its_problem(string name, string value)
    {
        var reading = SettingsParser.Parse(new Dictionary<string, string> { [name] = value }, new SettingsContext(Domain.Platform.ShapeFamily.E2));

        var problem = Assert.Single(reading.Problems);
        Assert.Equal(name, problem.Variable);
        Assert.DoesNotContain("SECRET", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", reading.Values.Single(v => v.Setting.Name == name).Shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ALERT_URL")]
    [InlineData("DEADMAN_URLS")]
    public void The_value_of_a_misspelt_name_is_redacted_too(string name)
    {
        var warning = Assert.Single(UnknownNames.Validate([KeyValuePair.Create(name, new SettingText("https://ntfy.sh/SECRET", SettingOrigin.Environment))]));

        Assert.Contains("did you mean", warning.Fix, StringComparison.Ordinal);
        Assert.Equal("https://ntfy.sh/***", warning.Value);
    }
}
