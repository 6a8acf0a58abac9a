using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadShaper.Cli.Fleet;
using LoadShaper.Daemon.Tests.Alerts;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace LoadShaper.Cli.Tests.Fleet;

public sealed class FleetCommandTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    // A machine busy with other tests takes longer than the two seconds that a VM has.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private const string Safe = """{"status":"healthy","verdict":{"word":"SAFE","margin_points":4.25,"turns_at":"2026-11-27T18:00:00Z"},"version":"0.1.0"}""";
    private const string AtRisk = """{"status":"degraded","verdict":{"word":"AT RISK","margin_points":-1.5,"turns_at":null},"version":"0.1.0"}""";
    private const string Unknown = """{"status":"healthy","verdict":{"word":"UNKNOWN"},"version":"0.1.0"}""";

    [Fact]
    public async Task All_safe_is_a_table_and_exit_code_0()
    {
        await using var a = await PeerAsync(Safe);
        await using var b = await PeerAsync(Unknown);

        var (code, output) = await RunAsync($"vm1=http://127.0.0.1:{a.Port},vm2=http://127.0.0.1:{b.Port}");

        Assert.Equal(0, code);
        Assert.Equal(
            """
            Fleet at 2026-11-21 12:00:00 UTC

            VM   VERDICT  MARGIN  TURNS IN  HEALTH   VERSION  PROBLEM
            vm1  SAFE     4.3     150.0 h   healthy  0.1.0
            vm2  UNKNOWN  -       -         healthy  0.1.0

            1 safe, 1 not known yet, 0 at risk or unhealthy, 0 unreachable

            """.ReplaceLineEndings("\n"), output);
    }

    [Fact]
    public async Task One_at_risk_is_exit_code_1_and_one_unreachable_is_2()
    {
        await using var a = await PeerAsync(Safe);
        await using var b = await PeerAsync(AtRisk);
        var risk = await RunAsync($"vm1=http://127.0.0.1:{a.Port},vm2=http://127.0.0.1:{b.Port}");
        var unreachable = await RunAsync($"vm1=http://user:SECRET@127.0.0.1:{FreePort()},vm2=http://127.0.0.1:{b.Port}");

        Assert.Equal((1, 2), (risk.Code, unreachable.Code));
        Assert.Contains("UNREACHABLE", unreachable.Output, StringComparison.Ordinal);
        Assert.Contains("connection refused", unreachable.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", unreachable.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_one_object_for_each_VM()
    {
        await using var a = await PeerAsync(Safe);

        var (code, output) = await RunAsync($"vm1=http://127.0.0.1:{a.Port},vm2=http://127.0.0.1:{FreePort()}", json: true);

        Assert.Equal(2, code);
        using var json = JsonDocument.Parse(output);
        var vms = json.RootElement.GetProperty("vms");
        Assert.Equal(
            """{"name":"vm1","reachable":true,"verdict":"SAFE","margin_points":4.25,"hours_until_it_turns":150,"status":"healthy","version":"0.1.0","problem":null}""",
            JsonSerializer.Serialize(vms[0]));
        Assert.Equal(("vm2", false, "connection refused", "unreachable"),
            (vms[1].GetProperty("name").GetString(), vms[1].GetProperty("reachable").GetBoolean(), vms[1].GetProperty("problem").GetString(), json.RootElement.GetProperty("result").GetString()));
    }

    [Fact]
    public async Task Watching_ends_with_the_result_of_the_last_reading_when_it_is_interrupted()
    {
        using var interrupt = new CancellationTokenSource();
        var asked = 0;
        await using var a = await AlertReceiver.StartAsync(async context =>
        {
            await context.Response.WriteAsync(AtRisk);
            Interlocked.Increment(ref asked);
        });
        using var output = new StringWriter { NewLine = "\n" };
        var watching = FleetCommand.RunAsync(
            Environment($"vm1=http://127.0.0.1:{a.Port}"), json: true, watch: true, isTerminal: false, TimeProvider.System, output, TextWriter.Null, interrupt.Token, Patience);
        LoadShaper.Daemon.Tests.Until.True(() => output.ToString().Contains('\n'));
        await interrupt.CancelAsync();

        Assert.Equal(1, await watching);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Without_peers_and_with_wrong_ones_the_setting_is_to_be_fixed()
    {
        foreach (var (peers, told) in new[] { ("", "FLEET_PEERS is not set"), ("vm1", "entry 1 has no name") })
        {
            using var error = new StringWriter { NewLine = "\n" };
            Assert.Equal(ExitCode.Config, await FleetCommand.RunAsync(Environment(peers), false, false, false, TimeProvider.System, TextWriter.Null, error, CancellationToken.None));
            Assert.Contains(told, error.ToString(), StringComparison.Ordinal);
        }
    }

    private static Task<AlertReceiver> PeerAsync(string health) => AlertReceiver.StartAsync(context => context.Response.WriteAsync(health));

    private static async Task<(int Code, string Output)> RunAsync(string peers, bool json = false)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var code = await FleetCommand.RunAsync(Environment(peers), json, false, false, new FixedTime(), output, TextWriter.Null, CancellationToken.None, Patience);
        return (code, output.ToString());
    }

    private static Dictionary<string, string> Environment(string peers) => new() { ["FLEET_PEERS"] = peers };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Noon;
    }
}
