using System.Net;
using System.Net.Sockets;
using LoadShaper.Cli.Run;
using Xunit;

namespace LoadShaper.Cli.Tests.Run;

public sealed class ReceiveCommandTests
{
    [Fact]
    public async Task Without_peers_it_refuses_and_names_the_setting()
    {
        var (code, _, error) = await RunAsync([]);

        Assert.Equal(ExitCode.Config, code);
        Assert.Contains("NET_PEERS", error);
    }

    [Fact]
    public async Task A_wrong_setting_is_reported()
    {
        var (code, _, error) = await RunAsync(new() { ["NET_PEERS"] = "10.0.0.2", ["NET_KEY"] = "short" });

        Assert.Equal(ExitCode.Config, code);
        Assert.Contains("NET_KEY", error);
        Assert.DoesNotContain("short ", error);
    }

    [Fact]
    public async Task A_port_in_use_is_reported_with_a_fix()
    {
        using var taken = new UdpClient(new IPEndPoint(IPAddress.IPv6Any, 0));
        var port = ((IPEndPoint)taken.Client.LocalEndPoint!).Port;
        var (code, _, error) = await RunAsync(new() { ["NET_PEERS"] = "10.0.0.2", ["NET_PORT"] = $"{port}" });

        Assert.Equal(ExitCode.Config, code);
        Assert.Contains("Fix:", error);
    }

    [Fact]
    public async Task Asked_to_stop_it_reports_what_it_received()
    {
        int port;
        using (var free = new UdpClient(new IPEndPoint(IPAddress.IPv6Any, 0)))
            port = ((IPEndPoint)free.Client.LocalEndPoint!).Port;
        var (code, output, _) = await RunAsync(new() { ["NET_PEERS"] = "10.0.0.2", ["NET_PORT"] = $"{port}" });

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("received 0.0 MiB", output);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(Dictionary<string, string> environment)
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await ReceiveCommand.RunAsync(environment, output, error, stopped.Token);
        return (code, output.ToString(), error.ToString());
    }
}
