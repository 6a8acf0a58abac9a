using LoadShaper.Domain.Platform;
using Xunit;

namespace LoadShaper.Domain.Tests.Platform;

/// <summary>The interface of the default route, from files as the kernel writes them.</summary>
public sealed class DefaultRouteTests
{
    private const string Head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

    private const string NoIpv6 = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n";

    [Fact]
    public void The_IPv4_route_of_the_lowest_metric_is_taken()
    {
        var route = Head
            + "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
            + "wwan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
            + "ens3\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n";
        Assert.Equal(new DefaultInterface("ens3", "default route"), DefaultRoute.Find(route, NoIpv6, ""));
    }

    [Fact]
    public void A_rejecting_route_and_one_that_is_down_do_not_count()
    {
        var route = Head
            + "eth1\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0\n"
            + "eth2\t00000000\t00000000\t0002\t0\t0\t0\t00000000\t0\t0\t0\n"
            + "eth3\t00000000\t00000000\t0001\t0\t0\t9\t00000080\t0\t0\t0\n";
        Assert.Null(DefaultRoute.Find(route, NoIpv6, ""));
    }

    [Fact]
    public void Without_IPv4_the_IPv6_route_is_taken()
    {
        var ipv6 = NoIpv6 + "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00450003   enp0s6\n";
        Assert.Equal(new DefaultInterface("enp0s6", "IPv6 default route"), DefaultRoute.Find(Head, ipv6, ""));
    }

    [Fact]
    public void Without_any_route_the_only_interface_of_the_machine_is_taken()
    {
        const string dev = "Inter-|   Receive\n face |bytes\n    lo: 1 2\n  enp0s6: 3 4\ndocker0: 5 6\nveth1a2b: 7 8\n";
        Assert.Equal(new DefaultInterface("enp0s6", "only interface"), DefaultRoute.Find("", "", dev));
        Assert.Null(DefaultRoute.Find("", "", dev + "  eth1: 9 9\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense\n\n\t\t\n")]
    [InlineData("eth0\t00000000\t0\tzzzz\t0\t0\tx\t00000000\n")]
    public void What_cannot_be_read_is_no_route(string text) => Assert.Null(DefaultRoute.Find(text, text, text));
}
