using LoadShaper.Domain.Admission;
using Xunit;

namespace LoadShaper.Domain.Tests.Admission;

public sealed class HttpRequestPolicyTests
{
    private static readonly AllowedHosts Hosts = new("vm1", ["status.example.com", "*.lan"]);

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("vm1")]
    [InlineData("127.0.0.1")]
    [InlineData("203.0.113.9")]
    [InlineData("[::1]")]
    [InlineData("status.example.com")]
    [InlineData("status.example.com.")]
    [InlineData("printer.lan")]
    [InlineData("a.b.lan")]
    [InlineData("")]
    [InlineData(null)]
    public void Addresses_and_known_names_are_allowed(string? host) => Assert.True(Hosts.Allows(host));

    [Theory]
    [InlineData("vm1")]
    [InlineData("vm1.subnet.vcn.oraclevcn.com")]
    [InlineData("status.example.com")]
    [InlineData("printer.lan")]
    public void The_full_name_of_the_machine_and_names_with_a_final_dot_are_allowed(string host) =>
        Assert.True(new AllowedHosts("vm1.subnet.vcn.oraclevcn.com", ["status.example.com.", "*.lan."]).Allows(host));

    [Theory]
    [InlineData("attacker.example")]
    [InlineData("example.com")]
    [InlineData("vm1.attacker.example")]
    [InlineData("lan")]
    [InlineData("evil-lan")]
    [InlineData("localhost.attacker.example")]
    [InlineData("127.0.0.1.attacker.example")]
    public void Other_names_are_refused(string host)
    {
        Assert.False(Hosts.Allows(host));
        Assert.Equal(421, HttpRequestPolicy.Decide(new RequestHead("GET", host, false), Hosts)?.StatusCode);
        Assert.True(new AllowedHosts("vm1", ["*"]).Allows(host));
    }

    [Theory]
    [InlineData("GET", false, null)]
    [InlineData("HEAD", false, null)]
    [InlineData("GET", true, 413)]
    [InlineData("POST", true, 405)]
    [InlineData("TRACE", false, 405)]
    [InlineData("get", false, 405)]
    public void Only_GET_and_HEAD_without_a_body_pass(string method, bool hasBody, int? expected) =>
        Assert.Equal(expected, HttpRequestPolicy.Decide(new RequestHead(method, "localhost", hasBody), Hosts)?.StatusCode);

    [Theory]
    [InlineData("a.example", true)]
    [InlineData("*.example", true)]
    [InlineData("*", true)]
    [InlineData("http://a.example", false)]
    [InlineData("a.example:80", false)]
    [InlineData("a b", false)]
    public void A_configured_name_is_a_host_name(string text, bool expected) => Assert.Equal(expected, AllowedHosts.IsName(text));
}
