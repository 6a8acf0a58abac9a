using System.Net;
using LoadShaper.Daemon.Configuration;
using Xunit;

namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>Changes the proxy of the whole process, so no other test runs beside it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProxyOfTheProcess
{
    public const string Name = "proxy of the process";
}

[Collection(ProxyOfTheProcess.Name)]
public sealed class MetadataProxyTests
{
    [Fact]
    public async Task The_metadata_service_is_asked_past_the_proxy_that_everything_else_takes()
    {
        await using var service = await MetadataServer.StartAsync(200, MetadataServer.A1Answer);
        await using var proxy = await MetadataServer.StartAsync(200, """{"shape":"of.the.proxy"}""");
        var before = HttpClient.DefaultProxy;
        try
        {
            HttpClient.DefaultProxy = new WebProxy(proxy.Address);
            using (var ordinary = new HttpClient())
                Assert.Contains("of.the.proxy", await ordinary.GetStringAsync(service.Address));
            using var client = new MetadataClient(service.Address, TimeSpan.FromSeconds(30), pause: TimeSpan.Zero);
            Assert.Equal("VM.Standard.A1.Flex", (await client.ReadAsync()).Metadata?.Shape);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
        Assert.Single(proxy.Requests);
        Assert.Single(service.Requests);
    }
}
