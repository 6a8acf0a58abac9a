using System.Net;
using LoadShaper.Daemon.Network;
using LoadShaper.Domain.Network;
using Xunit;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>Addresses as they may be written, without asking anybody, and whoever has them.</summary>
public sealed class PeerResolverTests
{
    [Theory]
    [InlineData("192.0.2.2", "192.0.2.2")]
    [InlineData("2001:db8::2", "2001:db8::2")]
    [InlineData("::ffff:192.0.2.2", "192.0.2.2")]
    public async Task An_address_is_taken_literally_and_an_IPv4_address_is_one_in_every_notation(string host, string address)
    {
        var settings = new NetworkSettings { Peers = [new NetworkPeer(host)], Ipv6 = Ipv6Use.Never, ValidatePeers = false };
        var resolved = Assert.Single(await PeerResolver.ReadAsync(settings));
        Assert.Equal((new IPEndPoint(IPAddress.Parse(address), 15201), null), (resolved.EndPoint, resolved.Trouble));
    }

    [Fact]
    public void A_name_that_cannot_be_resolved_any_more_keeps_its_last_address()
    {
        var peer = new NetworkPeer("b.internal");
        var known = new ResolvedPeer(peer, new IPEndPoint(IPAddress.Parse("10.0.0.2"), 15201), null);
        var failed = new ResolvedPeer(peer, null, PeerTrouble.NotResolved);

        Assert.Equal([known with { Stale = true }], PeerResolver.Keep([known], [failed]));
        Assert.Equal([known with { Stale = true }], PeerResolver.Keep([known with { Stale = true }], [failed]));
        Assert.Equal([known], PeerResolver.Keep([known with { Stale = true }], [known]));
        Assert.Equal([failed], PeerResolver.Keep([], [failed]));
    }
}
