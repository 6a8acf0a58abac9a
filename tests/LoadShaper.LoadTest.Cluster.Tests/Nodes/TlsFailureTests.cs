using System.Security.Authentication;
using LoadShaper.LoadTest.Cluster.Hosting;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Nodes;

public sealed class TlsFailureTests
{
    private const string Message = "TLS handshake failed on channel [[::ffff:10.0.0.1]:7946->[::ffff:10.0.0.2]:4000](Id=1)\nmore";

    [Theory]
    [InlineData("TcpServerHandler (akka://load-test)", "TLS handshake from 10.0.0.2 refused: the certificates differ. Compare the SHA-256")]
    [InlineData("TcpClientHandler (akka://load-test)", "TLS handshake with 10.0.0.2 refused: the certificates differ. Compare the SHA-256")]
    public void A_refused_certificate_names_the_peer_and_what_to_compare(string source, string expected) =>
        Assert.StartsWith(expected, TlsFailure.Of(source, Message, new AggregateException(new AuthenticationException("rejected")))?.Text, StringComparison.Ordinal);

    [Fact]
    public void A_coordinator_that_closes_the_connection_has_another_certificate_or_none() =>
        Assert.Contains("the certificates differ, or the program there does not use TLS", TlsFailure.Of("TcpClientHandler", Message, new IOException("closed"))?.Text, StringComparison.Ordinal);

    [Theory]
    [InlineData(Message)]
    [InlineData("TLS handshake failed")]
    [InlineData("Error caught channel [[::1]:1->[::1]:2](Id=1)")]
    public void A_connection_that_is_closed_before_it_is_none(string message) =>
        Assert.Null(TlsFailure.Of("TcpServerHandler", message, new IOException("closed")));

    [Fact]
    public void Repetitions_are_logged_once_and_a_hostile_peer_fills_no_log()
    {
        var log = new List<string>();
        var setup = new NodeLogSetup(log.Add);

        for (var i = 0; i < 100; i++)
        {
            setup.Report(new TlsFailure("10.0.0.1", Outbound: false, Certificate: true));
            setup.Report(new TlsFailure($"10.0.1.{i}", Outbound: false, Certificate: false));
        }

        Assert.Equal(20, log.Count);
        Assert.Equal(20, log.Distinct().Count());
    }
}
