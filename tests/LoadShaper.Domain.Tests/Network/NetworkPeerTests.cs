using System.Net;
using LoadShaper.Domain.Network;
using Xunit;

namespace LoadShaper.Domain.Tests.Network;

public sealed class NetworkPeerTests
{
    [Theory]
    [InlineData("10.0.0.2", "10.0.0.2", null)]
    [InlineData(" 10.0.0.2:15201 ", "10.0.0.2", 15201)]
    [InlineData("peer.internal", "peer.internal", null)]
    [InlineData("peer-2.internal:80", "peer-2.internal", 80)]
    [InlineData("::1", "::1", null)]
    [InlineData("[::1]", "::1", null)]
    [InlineData("[fd00::2]:15201", "fd00::2", 15201)]
    public void An_address_or_host_name_may_carry_a_port(string text, string host, int? port)
    {
        var peer = NetworkPeer.Parse(text);

        Assert.Equal(new NetworkPeer(host, port), peer);
        Assert.Equal(peer, NetworkPeer.Parse(peer.ToString()));
    }

    [Theory]
    [InlineData("", "host name")]
    [InlineData("10.0.0", "host name")]
    [InlineData("10.0.0.256", "host name")]
    [InlineData("010.0.0.2", "host name")]
    [InlineData("0x0a.0.0.2", "host name")]
    [InlineData("10.0.0.02:80", "host name")]
    [InlineData("167772162", "host name")]
    [InlineData("bad host", "host name")]
    [InlineData("-peer", "host name")]
    [InlineData("a..b", "host name")]
    [InlineData("http://peer", "port")]
    [InlineData("peer:", "port")]
    [InlineData("peer:0", "port")]
    [InlineData("peer:65536", "port")]
    [InlineData("peer:+1", "port")]
    [InlineData("[::1", "[IPv6]:port")]
    [InlineData("[::1]80", "[IPv6]:port")]
    [InlineData("[nonsense:1]:80", "host name")]
    public void Anything_else_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(NetworkPeer.TryParse(text, out _, out var problem));
        Assert.Contains(reason, problem);
        Assert.Contains(text, problem);
        Assert.Equal(problem, Assert.Throws<FormatException>(() => NetworkPeer.Parse(text)).Message);
    }

    [Theory]
    [InlineData(Ipv6Use.Auto, "10.0.0.2")]
    [InlineData(Ipv6Use.Never, "10.0.0.2")]
    [InlineData(Ipv6Use.Always, "fd00::2")]
    public void The_address_preferred_is_taken(Ipv6Use use, string address)
    {
        Assert.Equal(IPAddress.Parse(address), PeerPolicy.Choose(use, [IPAddress.Parse("fd00::2"), IPAddress.Parse("10.0.0.2")]));
    }

    [Fact]
    public void A_family_that_is_not_there_gives_nothing_unless_either_is_right()
    {
        IPAddress[] six = [IPAddress.Parse("fd00::2")];

        Assert.Equal(six[0], PeerPolicy.Choose(Ipv6Use.Auto, six));
        Assert.Null(PeerPolicy.Choose(Ipv6Use.Never, six));
        Assert.Null(PeerPolicy.Choose(Ipv6Use.Always, [IPAddress.Parse("10.0.0.2")]));
        Assert.Null(PeerPolicy.Choose(Ipv6Use.Auto, []));
    }

    [Theory]
    [InlineData("10.0.0.2", null)]
    [InlineData("203.0.113.1", null)]
    [InlineData("fd00::2", null)]
    [InlineData("127.0.0.1", PeerTrouble.ThisMachine)]
    [InlineData("::1", PeerTrouble.ThisMachine)]
    [InlineData("::ffff:127.0.0.1", PeerTrouble.ThisMachine)]
    [InlineData("10.0.0.7", PeerTrouble.ThisMachine)]
    [InlineData("0.0.0.0", PeerTrouble.NotOneMachine)]
    [InlineData("::", PeerTrouble.NotOneMachine)]
    [InlineData("224.0.0.1", PeerTrouble.NotOneMachine)]
    [InlineData("255.255.255.255", PeerTrouble.NotOneMachine)]
    [InlineData("ff02::1", PeerTrouble.NotOneMachine)]
    public void Traffic_goes_to_one_other_machine(string address, PeerTrouble? trouble)
    {
        Assert.Equal(trouble, PeerPolicy.Validate(new NetworkSettings(), IPAddress.Parse(address), [IPAddress.Parse("10.0.0.7")]));
    }

    [Fact]
    public void Without_the_check_it_may_go_to_this_machine_but_never_to_many()
    {
        var unchecked_ = new NetworkSettings { ValidatePeers = false };

        Assert.Null(PeerPolicy.Validate(unchecked_, IPAddress.Loopback, []));
        Assert.Equal(PeerTrouble.NotOneMachine, PeerPolicy.Validate(unchecked_, IPAddress.Broadcast, []));
    }

    [Theory]
    [InlineData("10.0.0.2", PeerTrouble.Private)]
    [InlineData("172.16.0.1", PeerTrouble.Private)]
    [InlineData("172.32.0.1", null)]
    [InlineData("192.168.1.1", PeerTrouble.Private)]
    [InlineData("169.254.169.254", PeerTrouble.Private)]
    [InlineData("100.64.0.1", PeerTrouble.Private)]
    [InlineData("fd00::2", PeerTrouble.Private)]
    [InlineData("fe80::2", PeerTrouble.Private)]
    [InlineData("2001:db8::2", null)]
    [InlineData("203.0.113.1", null)]
    public void Private_addresses_are_refused_where_external_ones_are_required(string address, PeerTrouble? trouble)
    {
        Assert.Equal(trouble, PeerPolicy.Validate(new NetworkSettings { RequireExternalPeers = true }, IPAddress.Parse(address), []));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(6, 32)]
    [InlineData(7, 60)]
    [InlineData(int.MaxValue, 60)]
    public void A_peer_that_fails_is_left_alone_longer_each_time(int failures, double seconds)
    {
        Assert.Equal(seconds, (PeerPolicy.Pause with { Failures = failures }).Delay.TotalSeconds);
    }
}
