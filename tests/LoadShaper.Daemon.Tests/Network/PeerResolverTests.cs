using System.Net;
using LoadShaper.Daemon.Network;
using LoadShaper.Domain.Network;
using Xunit;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>Addresses as they may be written, without asking anybody.</summary>
public sealed class PeerResolverTests
{
    [Theory]
    [InlineData("10.0.0.2", "10.0.0.2")]
    [InlineData("fd00::2", "fd00::2")]
    [InlineData("::ffff:10.0.0.2", "10.0.0.2")]
    public async Task An_address_is_meant_as_it_stands_and_an_IPv4_address_is_one_in_every_notation(string host, string address)
    {
        var settings = new NetworkSettings { Peers = [new NetworkPeer(host)], Ipv6 = Ipv6Use.Never };
        var resolved = Assert.Single(await PeerResolver.ReadAsync(settings));
        Assert.Equal((new IPEndPoint(IPAddress.Parse(address), 15201), null), (resolved.EndPoint, resolved.Trouble));
    }
}
