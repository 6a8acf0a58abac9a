using System.Net;
using LoadShaper.Daemon.Network;
using LoadShaper.Domain.Network;
using Xunit;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>Addresses as they may be written, without asking anybody; those of documentation: a machine that has one itself would take it for its own.</summary>
public sealed class PeerResolverTests
{
    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("::ffff:198.51.100.7", "198.51.100.7")]
    public async Task An_address_is_meant_as_it_stands_and_an_IPv4_address_is_one_in_every_notation(string host, string address)
    {
        var settings = new NetworkSettings { Peers = [new NetworkPeer(host)], Ipv6 = Ipv6Use.Never };
        var resolved = Assert.Single(await PeerResolver.ReadAsync(settings));
        Assert.Equal((new IPEndPoint(IPAddress.Parse(address), 15201), null), (resolved.EndPoint, resolved.Trouble));
    }
}
