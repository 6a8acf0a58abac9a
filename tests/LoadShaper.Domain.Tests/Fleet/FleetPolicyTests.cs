using LoadShaper.Domain.Fleet;
using LoadShaper.Domain.Secrets;
using Xunit;

namespace LoadShaper.Domain.Tests.Fleet;

public sealed class FleetPolicyTests
{
    [Theory]
    [InlineData("vm1=http://10.0.0.11:8080, vm2=https://h.example/vm2/health", "vm1 http://10.0.0.11:8080/; vm2 https://h.example/vm2/")]
    [InlineData("vm-1.a_b=http://[fd00::1]:8080/", "vm-1.a_b http://[fd00::1]:8080/")]
    public void A_peer_has_a_name_and_an_address(string text, string peers) =>
        Assert.Equal(peers, string.Join("; ", FleetPolicy.Parse(text).Value!.Select(peer => $"{peer.Name} {peer.Url.Reveal()}")));

    [Theory]
    [InlineData("http://10.0.0.11:8080", "entry 1 has no name")]
    [InlineData("http://10.0.0.11:8080/?a=b", "entry 1 has no name")]
    [InlineData("vm1=http://10.0.0.11:8080,", "has an empty entry 2")]
    [InlineData("vm 1=http://10.0.0.11:8080", "entry 1 has a name that is not 1 to 63 letters, digits, '.', '-' and '_'")]
    [InlineData("vm1=http://10.0.0.11:8080,VM1=http://10.0.0.12:8080", "has the name VM1 twice")]
    [InlineData("vm1=10.0.0.11:8080", "vm1 has no valid http or https URL")]
    [InlineData("vm1=ftp://10.0.0.11", "vm1 has no valid http or https URL")]
    [InlineData("vm1=http://10.0.0.11:8080/health?x=1", "vm1 has no valid http or https URL")]
    public void A_wrong_entry_is_refused(string text, string broken)
    {
        var reading = FleetPolicy.Parse(text);

        Assert.Null(reading.Value);
        Assert.Equal(broken, reading.Broken);
        Assert.NotEmpty(reading.Fix);
    }

    [Theory]
    [InlineData("healthy", "SAFE", FleetRating.Safe)]
    [InlineData("degraded", "SAFE", FleetRating.Safe)]
    [InlineData("healthy", "UNKNOWN", FleetRating.Safe)]
    [InlineData("degraded", "AT RISK", FleetRating.AtRisk)]
    [InlineData("unhealthy", "SAFE", FleetRating.AtRisk)]
    public void A_peer_is_rated_by_its_verdict_and_its_health(string status, string verdict, FleetRating rating)
    {
        var entry = new FleetEntry(Peer("a"), null, null, null).Apply(new FleetReading(Peer("a"), new FleetReport(status, verdict, 1, null, null), null), DateTimeOffset.UnixEpoch);

        Assert.Equal(rating, FleetPolicy.Rate(entry));
    }

    [Fact]
    public void An_unreachable_peer_outweighs_one_at_risk_and_keeps_its_last_report()
    {
        var status = FleetStatus.Unread([Peer("a"), Peer("b")], DateTimeOffset.UnixEpoch)
            .Apply([new(Peer("a"), new FleetReport("degraded", "AT RISK", -1, null, null), null), new(Peer("b"), new FleetReport("healthy", "SAFE", 4, null, null), null)], DateTimeOffset.UnixEpoch);
        Assert.Equal(FleetRating.AtRisk, FleetPolicy.Rate(status));

        status = status.Apply([new(Peer("b"), null, "connection refused")], DateTimeOffset.UnixEpoch.AddMinutes(1));
        Assert.Equal(FleetRating.Unreachable, FleetPolicy.Rate(status));
        Assert.Equal(("SAFE", "connection refused", DateTimeOffset.UnixEpoch), (status.Entries[1].Report!.Verdict, status.Entries[1].Problem, status.Entries[1].AnsweredAt!.Value));
    }

    private static FleetPeer Peer(string name) => new(name, new SecretUrl(new Uri($"http://{name}:8080/"), $"http://{name}:8080"));
}
