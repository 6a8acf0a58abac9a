using System.Net;
using LoadShaper.Cli.Doctor;
using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Fleet;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Cli.Tests.Doctor;

public sealed class AlertChecksTests
{
    private static readonly IPAddress[] Own = [IPAddress.Loopback, IPAddress.Parse("10.0.0.11")];

    [Fact]
    public void Receivers_are_named_without_their_secrets_and_not_contacted()
    {
        var settings = new LoadShaperSettings
        {
            Alerts = new AlertSettings { Channels = AlertUrl.ParseChannels("ntfy://ntfy.sh/SECRET").Value!, Deadman = AlertUrl.ParseDeadman("https://hc-ping.com/SECRET").Value },
        };

        Assert.Equal(
            (CheckStatus.Pass, "ntfy-1 (ntfy://ntfy.sh/***), deadman (https://hc-ping.com/***); not contacted, `loadshaper alert test` does that"),
            (AlertChecks.Alerts(settings).Status, AlertChecks.Alerts(settings).Found));
        Assert.StartsWith("none: ", AlertChecks.Alerts(new LoadShaperSettings()).Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "127.0.0.1", true, "none: FLEET_PEERS is not set", null)]
    [InlineData("vm2=http://10.0.0.12:8080", "10.0.0.11", true, "vm2; not contacted", null)]
    [InlineData("vm2=http://10.0.0.12:8080", "127.0.0.1", true, "the other VMs cannot read this one", "set HEALTH_HOST to 10.0.0.11")]
    [InlineData("vm2=http://10.0.0.12:8080", "0.0.0.0", true, "served on every address", "set HEALTH_HOST to 10.0.0.11")]
    [InlineData("vm2=http://10.0.0.12:8080", "203.0.113.4", true, "a public address", "private address")]
    [InlineData("vm2=http://10.0.0.12:8080", "10.0.0.11", false, "HEALTH_ENABLED is false", "HEALTH_ENABLED=true")]
    [InlineData("vm2=http://127.0.0.1:8080", "10.0.0.11", true, "vm2 has an address of this machine only", "private address")]
    public void A_fleet_needs_an_address_that_the_other_VMs_reach(string peers, string host, bool enabled, string found, string? fix)
    {
        var fleet = peers == "" ? new FleetSettings() : new FleetSettings { Peers = FleetPolicy.Parse(peers).Value! };

        var results = AlertChecks.Fleet(fleet, new HealthSettings { Host = host, Enabled = enabled }, () => Own).ToList();

        Assert.Contains(found, results[^1].Found, StringComparison.Ordinal);
        Assert.Equal(fix is null ? CheckStatus.Pass : CheckStatus.Warn, results[^1].Status);
        Assert.Contains(fix ?? "", results[^1].Fix, StringComparison.Ordinal);
    }
}
