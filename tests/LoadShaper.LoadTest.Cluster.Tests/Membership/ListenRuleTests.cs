using System.Net;
using LoadShaper.LoadTest.Cluster.Membership;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Membership;

public sealed class ListenRuleTests
{
    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("192.168.0.9", false)]
    [InlineData("fd00::7", false)]
    [InlineData("203.0.113.7", true)]
    public void These_addresses_are_permitted(string address, bool certificate) => Assert.Null(Refusal(address, certificate));

    [Theory]
    [InlineData("203.0.113.7")]
    [InlineData("169.254.169.254")]
    [InlineData("2001:db8::1")]
    public void A_public_address_needs_a_certificate(string address)
    {
        var refusal = Refusal(address, certificate: false);

        Assert.Contains("loadshaper load cert FILE", refusal, StringComparison.Ordinal);
        Assert.Contains("--listen", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void A_wildcard_is_no_address_that_workers_can_connect_to(string address) =>
        Assert.Contains("wildcard", Refusal(address, certificate: true), StringComparison.Ordinal);

    [Theory]
    [InlineData("coordinator.load.svc:7946", "coordinator.load.svc", 7946)]
    [InlineData("10.0.0.5:0", "10.0.0.5", 0)]
    [InlineData("[fd00::7]:65535", "fd00::7", 65535)]
    public void An_address_is_read_and_written(string text, string host, int port)
    {
        var address = ClusterAddress.Parse(text);

        Assert.Equal(new ClusterAddress(host, port), address);
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("host")]
    [InlineData(":7946")]
    [InlineData("host:")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("http://host:1")]
    [InlineData("fd00::7:1")]
    [InlineData("[host]:1")]
    public void Another_text_is_not_an_address(string text) =>
        Assert.Contains("expected HOST:PORT", Assert.Throws<FormatException>(() => ClusterAddress.Parse(text)).Message, StringComparison.Ordinal);

    private static string? Refusal(string address, bool certificate)
    {
        var ip = IPAddress.Parse(address);
        return ListenRule.Refusal("--listen", new ClusterAddress(address, 7946), [ip], certificate);
    }
}
