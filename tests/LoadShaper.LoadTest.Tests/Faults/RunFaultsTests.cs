using LoadShaper.LoadTest.Faults.Policies;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Scenarios.Yaml;
using LoadShaper.LoadTest.Session;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using LoadShaper.LoadTest.Verdict;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Faults;

/// <summary>A load run through a policy.</summary>
public sealed class RunFaultsTests : IDisposable
{
    private readonly string _out = Directory.CreateTempSubdirectory("run-faults-").FullName;

    public void Dispose() => Directory.Delete(_out, recursive: true);

    private async Task<RunReport> RunAsync(string yaml)
    {
        var scenario = ScenarioLoader.FromText("test.yaml", yaml + "late_after: 30s\n", new ScenarioOverrides(), new Dictionary<string, string>(), _out);
        var request = new SessionRequest
        {
            Scenario = scenario,
            Parts = [new SessionPart(null, scenario.Plan)],
            ResolvedYaml = ResolvedYaml.Write(scenario, _out),
            Machine = MachineInfo.Read("/", "test"),
            Out = _out,
        };
        // Whether the test machine was fast enough is not the question.
        var outcome = await new LoadSession(request, new SilentObserver(), _ => new RunVerdict(true, [])).RunAsync(CancellationToken.None);
        Assert.Null(outcome.Problem);
        return outcome.Report!;
    }

    [Fact]
    public async Task Requests_pass_the_policy_and_the_report_says_so()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var report = await RunAsync($"target: http://localhost:{server.Port}\nload: {{rps: 50, for: 400ms}}\nsteps: [{{get: /a}}]\nfaults: {{name: slow, latency: 30ms, seed: 3}}\n");

        Assert.Equal((20, 0), (report.Result.Total.Counts.Completed, report.Result.Total.Counts.Failed));
        Assert.True(report.Result.Total.Response.Min >= 60_000, $"{report.Result.Total.Response.Min} us");
        Assert.True(server.TryHead(out var head));
        Assert.Contains($"Host: localhost:{server.Port}\r\n", head);

        var summary = ReportJson.ReadSummary(File.ReadAllText(Path.Combine(_out, "summary.json")));
        Assert.Equal(("slow", "{latency: 30ms}", 3ul), (summary.Faults!.Policy, summary.Faults.Text, summary.Faults.Seed));
        Assert.True(summary.Faults.Counters["segments"] >= 40);
        Assert.Contains("Policy slow: {latency: 30ms}; seed 3.", File.ReadAllText(Path.Combine(_out, "report.html")));
        Assert.Contains("| segments |", File.ReadAllText(Path.Combine(_out, "summary.md")));
        // scenario.resolved.yaml does the same again.
        var again = ScenarioLoader.Load(Path.Combine(_out, "scenario.resolved.yaml"), new ScenarioOverrides(), new Dictionary<string, string>());
        Assert.Equal(("slow", TimeSpan.FromMilliseconds(30), 3ul), (again.Faults!.Policy.Name, again.Faults.Policy.Downlink.Latency, again.Faults.Seed));
    }

    [Fact]
    public async Task Datagrams_are_lost_on_the_way()
    {
        await using var server = new UdpServer((_, datagram) => [datagram]);
        var report = await RunAsync($"target: udp://127.0.0.1:{server.Port}\nload: {{rps: 500, for: 400ms}}\ntimeout: 2s\nsteps: [{{echo: 64}}]\nfaults: {{uplink: {{packet_loss: 20%}}}}\n");

        // 200 datagrams: 40 on average, standard deviation 5.7.
        Assert.InRange(report.Result.Echo!.Value.Lost, 17, 63);
        Assert.Equal(200 - report.Result.Echo.Value.Lost, server.Received);
    }

    [Fact]
    public async Task Unix_sockets_and_TLS_pass_too()
    {
        var path = Path.Combine(_out, "app.sock");
        await using (var server = ScriptedServer.StartUnix(path, c => ScriptedServer.AnswerAsync(c, ScriptedServer.Ok())))
        {
            var report = await RunAsync($"target: unix:{path}\nload: {{rps: 50, for: 200ms}}\nsteps: [{{get: /a}}]\nfaults: {{latency: 1ms}}\n");
            Assert.Equal(10, report.Result.Total.Counts.Completed);
        }
        await using var web = await WebServer.StartAsync(HttpProtocols.Http1AndHttp2, tls: true, c => c.Response.WriteAsync("ok"));
        var tls = await RunAsync($"target: https://localhost:{web.Port}\ninsecure: true\nload: {{rps: 50, for: 200ms}}\nsteps: [{{get: /a}}]\nfaults: {{latency: 1ms}}\n");
        // A busy test machine may leave some unsent; none may fail.
        Assert.True(tls.Result.Total.Counts is { Completed: > 0, Failed: 0 });
    }

    [Fact]
    public async Task A_refused_connection_is_an_error_of_the_run()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Ok());
        var report = await RunAsync($"target: http://127.0.0.1:{server.Port}\nload: {{rps: 50, for: 200ms}}\nsteps: [{{get: /a}}]\nfaults: {{refuse: true}}\n");
        Assert.Equal((0, 10, 0), (report.Result.Total.Counts.Completed, report.Result.Total.Counts.Failed, server.Accepted));
        Assert.Contains("ECONNREFUSED", Assert.Single(report.Result.Errors).Text);
    }

    [Theory]
    [InlineData("mobile_3g", "mobile_3g")]
    [InlineData("{latency: 5ms}", "command line")]
    [InlineData("none", "none")]
    public void A_policy_is_named_on_the_command_line(string text, string name) =>
        Assert.Equal(name, FlagOverrides.Read(new LoadFlags { Fault = text }).Faults!.Policy.Name);

    [Fact]
    public void A_policy_of_a_file_is_named_with_the_file()
    {
        var one = Path.Combine(_out, "one.yaml");
        File.WriteAllText(one, "policies: {slow: {latency: 1s}}\n");
        var two = Path.Combine(_out, "two.yaml");
        File.WriteAllText(two, "policies: {slow: {latency: 1s}, fast: {latency: 1ms}}\n");
        Assert.Equal("slow", FlagOverrides.Read(new LoadFlags { Fault = one }).Faults!.Policy.Name);
        Assert.Equal("fast", FlagOverrides.Read(new LoadFlags { Fault = two + "#fast" }).Faults!.Policy.Name);
        string Problem(string text) => Assert.Throws<ScenarioException>(() => FlagOverrides.Read(new LoadFlags { Fault = text })).Message;
        Assert.Equal($"{two}: it has 2 policies; expected one, or {two}#NAME: slow, fast", Problem(two));
        Assert.Equal($"{two}: no policy is named \"x\"; expected one of it: slow, fast", Problem(two + "#x"));
        Assert.StartsWith("--fault: \"nope\" is unknown; expected a profile", Problem("nope"));
        Assert.StartsWith("--fault:1:2: unknown key \"lat\" in policy", Problem("{lat: 1ms}"));
    }

    [Fact]
    public void A_policy_is_written_as_it_is_read()
    {
        foreach (var policy in FaultProfiles.All)
            Assert.Equal(policy with { Name = "command line" }, FlagOverrides.Read(new LoadFlags { Fault = LoadTest.Faults.Configuration.PolicyFormatter.Line(policy) }).Faults!.Policy);
        const string All = "{uplink: {latency: 1ms, jitter: 500us, packet_loss: 1%, burst_loss: 3, packet_duplicate: 2%, packet_reorder: {prob: 5%, window: 4, max_delay: 50ms}, corrupt: 0.5%, rate: 2mbps, queue: 10}, "
            + "downlink: {burst_loss: {p: 1%, r: 25%, bad: 90%, good: 1%}, slice: {size: 64, delay: 1ms}}, refuse: 1%, reset: {prob: 10%, after: 1s}, half_open: {prob: 100%, after_bytes: 64KiB}, "
            + "stall: {prob: 50%, after: 2s, for: 5s}, limit: 1MiB, dns: {delay: 300ms, timeout: 10%, nxdomain: 5%}, schedule: {flap: {off: 8s, on: 2s}}}";
        var read = FlagOverrides.Read(new LoadFlags { Fault = All }).Faults!.Policy;
        Assert.Equal(All, LoadTest.Faults.Configuration.PolicyFormatter.Line(read));
    }

    [Theory]
    [InlineData("{latency: 20ms, jitter: 5ms, packet_loss: 1%, rate: 2mbps}", "tc qdisc replace dev eth0 root netem limit 1000 delay 20000us 5000us loss 1% rate 2000000bit")]
    [InlineData("{burst_loss: {p: 1%, r: 25%}, packet_duplicate: 2%, corrupt: 1%}", "tc qdisc replace dev eth0 root netem limit 1000 loss gemodel 1% 25% 100% 0% duplicate 2% corrupt 1%")]
    [InlineData("{packet_loss: 1%, burst_loss: 4}", "tc qdisc replace dev eth0 root netem limit 1000 loss gemodel 1% 25%")]
    [InlineData("{packet_reorder: {prob: 5%, window: 4}}", "tc qdisc replace dev eth0 root netem limit 1000 delay 50000us reorder 5%")]
    public void The_netem_line_is_the_same_in_the_kernel(string policy, string line) =>
        Assert.Equal(line, NetemText.Of(FlagOverrides.Read(new LoadFlags { Fault = policy }).Faults!.Policy.Uplink, "eth0").Line);
}
