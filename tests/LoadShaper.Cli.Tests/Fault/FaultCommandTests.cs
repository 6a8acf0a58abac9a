using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LoadShaper.Cli.Fault;
using LoadShaper.Cli.Load;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Control;
using LoadShaper.LoadTest.Reports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace LoadShaper.Cli.Tests.Fault;

public sealed class FaultCommandTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-fault-").FullName;
    private WebApplication _server = null!;

    private string Url => _server.Urls.First();

    private string Upstream => new Uri(Url).Authority;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(context => context.Response.WriteAsync("ok"));
        await _server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<(int Code, string Output, string Error)> InvokeAsync(Command command, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await new RootCommand { command }.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null });
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task The_profiles_are_a_configuration_that_passes_the_check()
    {
        var (_, profiles, _) = await InvokeAsync(FaultCommand.Create(), "fault", "profiles");
        var path = Path.Combine(_directory, "faults.yaml");
        File.WriteAllText(path, profiles + $"proxies: [{{listen: '127.0.0.1:0', upstream: '{Upstream}', policy: mobile_3g}}]\n");
        Assert.Equal((ExitCode.Ok, $"{path}: 7 policies, 0 rules, 1 proxies\n", ""), await InvokeAsync(FaultCommand.Create(), "fault", "proxy", path, "--check"));
    }

    [Fact]
    public async Task A_wrong_file_is_exit_code_78_with_all_problems()
    {
        var path = Path.Combine(_directory, "faults.yaml");
        File.WriteAllText(path, "policies: {a: {latency: 5}, b: {rate: 1}}\n");
        var (code, _, error) = await InvokeAsync(FaultCommand.Create(), "fault", "proxy", path);
        Assert.Equal((ExitCode.Config, 2), (code, error.Count(c => c == '\n')));
        File.WriteAllText(path, "policies: {}\n");
        Assert.Equal((ExitCode.Config, $"{path}: it has no proxies; expected proxies: [{{listen: 127.0.0.1:9001, upstream: 127.0.0.1:8080, policy: mobile_3g}}]\n"), await ErrorAsync("proxy", path));
        Assert.Equal((ExitCode.Config, $"{path}: it has no dns; expected dns: {{listen: 127.0.0.1:5353, upstream: 127.0.0.53:53, policy: slow_dns}}\n"), await ErrorAsync("dns", path));

        async Task<(int, string)> ErrorAsync(params string[] arguments)
        {
            var (failure, _, text) = await InvokeAsync(FaultCommand.Create(), ["fault", .. arguments]);
            return (failure, text);
        }
    }

    [Fact]
    public async Task Netem_prints_the_lines_and_what_is_missing()
    {
        var (code, output, _) = await InvokeAsync(FaultCommand.Create(), "fault", "netem", "{latency: 20ms, refuse: 5%}", "--dev", "ens3");
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("tc qdisc replace dev ens3 root netem limit 1000 delay 20000us\n", output);
        Assert.Contains("# not possible: refuse: netem does not know connections; use loadshaper fault proxy\n", output);
        Assert.Equal(ExitCode.Config, (await InvokeAsync(FaultCommand.Create(), "fault", "netem", "nope")).Code);
    }

    [Fact]
    public async Task Baseline_shows_the_deltas_beside_what_was_expected()
    {
        var run = Path.Combine(_directory, "run");
        var (code, output, _) = await InvokeAsync(FaultCommand.Create(), "fault", "baseline", Url, "--rate", "50", "--duration", "1s", "--policy", "{latency: 30ms}", "--out", run, "--quiet");

        Assert.Contains(code, (int[])[LoadExitCode.Ok, LoadExitCode.Invalid]);
        Assert.Contains("metric       baseline", output);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "fault-baseline.json")));
        var p50 = json.RootElement.GetProperty("metrics").EnumerateArray().Single(m => m.GetProperty("name").GetString() == "p50");
        Assert.True(p50.GetProperty("policy").GetDouble() >= 60);
        Assert.Equal(p50.GetProperty("baseline").GetDouble() + 60, p50.GetProperty("expected").GetDouble(), 2.0);
        Assert.Equal("none", ReportJson.ReadSummary(File.ReadAllText(Path.Combine(run, "baseline", "summary.json"))).Faults!.Policy);
        Assert.Equal("command line", ReportJson.ReadSummary(File.ReadAllText(Path.Combine(run, "policy", "summary.json"))).Faults!.Policy);
        Assert.Contains("| p50 |", File.ReadAllText(Path.Combine(run, "fault-baseline.md")));
    }

    [Fact]
    public async Task Baseline_refuses_what_the_protocol_cannot_have()
    {
        var (code, _, error) = await InvokeAsync(FaultCommand.Create(), "fault", "baseline", Url, "--policy", "{packet_reorder: 5%}");
        Assert.Equal(LoadExitCode.Config, code);
        Assert.StartsWith("--policy: policy \"command line\" has packet_reorder, which TCP cannot have", error);
    }

    [Fact]
    public async Task Proxies_are_listed_added_changed_and_removed_over_HTTP()
    {
        var configuration = FaultConfigurationReader.Read("test", $"policies: {{slow: {{latency: 10ms}}}}\nproxies: [{{name: api, listen: '127.0.0.1:0', upstream: '{Upstream}', policy: slow}}]\n");
        await using var host = await FaultHost.StartAsync(configuration, Assert.Fail);
        await using var control = new ControlServer(host);
        await control.StartAsync(new LoadTest.Faults.Model.Endpoint("127.0.0.1", 0));
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{control.Port}") };
        async Task<(int Status, JsonElement Body)> SendAsync(string method, string path, string? body = null)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
            using var response = await client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            return ((int)response.StatusCode, text == "" ? default : JsonDocument.Parse(text).RootElement);
        }

        var listed = (await SendAsync("GET", "/proxies")).Body.GetProperty("proxies").GetProperty("api");
        Assert.Equal(("slow", "10ms"), (listed.GetProperty("policy").GetProperty("name").GetString(), listed.GetProperty("policy").GetProperty("faults").GetProperty("latency").GetString()));

        var (created, added) = await SendAsync("POST", "/proxies", $"{{\"name\":\"b\",\"listen\":\"127.0.0.1:0\",\"upstream\":\"{Upstream}\",\"policy\":\"mobile_3g\"}}");
        Assert.Equal((201, "mobile_3g"), (created, added.GetProperty("policy").GetProperty("name").GetString()));
        using (var direct = new HttpClient())
            Assert.Equal("ok", await direct.GetStringAsync($"http://{added.GetProperty("listen").GetString()}/"));
        Assert.Equal(1, (await SendAsync("GET", "/proxies/b")).Body.GetProperty("accepted").GetInt32());

        Assert.Equal(200, (await SendAsync("POST", "/proxies/b/policy", "{\"packet_loss\":\"5%\"}")).Status);
        Assert.Equal(200, (await SendAsync("POST", "/proxies/b/policy", "{\"policy\":\"slow\"}")).Status);
        Assert.Equal(400, (await SendAsync("POST", "/proxies/b/policy", "{\"latency\":5}")).Status);
        Assert.Equal(400, (await SendAsync("POST", "/proxies/b/policy", "{\"packet_duplicate\":\"5%\"}")).Status);
        Assert.Equal(JsonValueKind.Null, (await SendAsync("DELETE", "/proxies/b/policy")).Body.TryGetProperty("policy", out var none) ? none.ValueKind : JsonValueKind.Null);
        Assert.False((await SendAsync("POST", "/proxies/b", "{\"enabled\":false}")).Body.GetProperty("enabled").GetBoolean());
        Assert.Equal(400, (await SendAsync("POST", "/proxies/b", "{}")).Status);
        Assert.Equal(409, (await SendAsync("POST", "/proxies", $"{{\"name\":\"c\",\"listen\":\"{Upstream}\",\"upstream\":\"{Upstream}\"}}")).Status);
        Assert.Equal(204, (await SendAsync("DELETE", "/proxies/b")).Status);
        Assert.Equal(404, (await SendAsync("DELETE", "/proxies/b")).Status);
        Assert.Equal(404, (await SendAsync("GET", "/proxies/b")).Status);

        Assert.Equal(204, (await SendAsync("DELETE", "/proxies/api")).Status);
        Assert.Equal(204, (await SendAsync("POST", "/reset")).Status);
        Assert.Equal(200, (await SendAsync("GET", "/proxies/api")).Status);
        Assert.Equal("10ms", (await SendAsync("GET", "/policies")).Body.GetProperty("slow").GetProperty("latency").GetString());

        // A web page that reached loopback under another name.
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/proxies") { Headers = { Host = "attacker.example" } };
        using var refused = await client.SendAsync(foreign);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        // A page of another site: the browser sends such a POST without asking first.
        foreach (var (name, value, status) in ((string, string, HttpStatusCode)[])
            [("Origin", "http://attacker.example", HttpStatusCode.Forbidden), ("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden), ("Sec-Fetch-Site", "none", HttpStatusCode.NoContent)])
        {
            using var post = new HttpRequestMessage(HttpMethod.Post, "/reset") { Headers = { { name, value } } };
            using var answer = await client.SendAsync(post);
            Assert.Equal(status, answer.StatusCode);
        }
        using var raw = new TcpClient();
        await raw.ConnectAsync(IPAddress.Loopback, control.Port);
        await raw.GetStream().WriteAsync("POST /reset HTTP/1.0\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(raw.GetStream());
        Assert.Contains(" 403 ", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task A_running_proxy_loads_its_file_again_and_ends_on_SIGTERM()
    {
        var path = Path.Combine(_directory, "faults.yaml");
        File.WriteAllText(path, $"proxies: [{{name: api, listen: '127.0.0.1:0', upstream: '{Upstream}', policy: {{latency: 5ms}}}}]\n");
        using var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", typeof(ExitCode).Assembly.Location, "fault", "proxy", path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var line = (await process.StandardOutput.ReadLineAsync())!;
        Assert.EndsWith($"-> {Upstream}, policy api: {{latency: 5ms}}", line);
        var listen = line["api: tcp ".Length..line.IndexOf(" ->", StringComparison.Ordinal)];
        using (var client = new HttpClient())
            Assert.Equal("ok", await client.GetStringAsync($"http://{listen}/"));

        File.WriteAllText(path, "proxies: [{listen: nonsense}]\n");
        await SignalAsync(process, "HUP");
        Assert.Equal("configuration not loaded; the earlier one stays in use", await process.StandardError.ReadLineAsync());
        File.WriteAllText(path, $"proxies: [{{name: api, listen: '127.0.0.1:0', upstream: '{Upstream}', policy: none}}]\n");
        await SignalAsync(process, "HUP");
        Assert.Equal("configuration loaded again", await process.StandardOutput.ReadLineAsync());
        // The same listener: the port stays.
        Assert.StartsWith($"api: tcp {listen} -> ", await process.StandardOutput.ReadLineAsync());
        await SignalAsync(process, "TERM");
        Assert.Equal("stopped", await process.StandardOutput.ReadLineAsync());
        await process.WaitForExitAsync();
        Assert.Equal(ExitCode.Ok, process.ExitCode);
    }

    [Fact]
    public async Task Soak_asks_for_one_target_and_understands_its_limits()
    {
        async Task<(int, string)> ErrorAsync(params string[] more)
        {
            var (code, _, error) = await InvokeAsync(LoadCommand.Create(), ["load", "soak", Url, .. more]);
            return (code, error);
        }
        Assert.Equal((LoadExitCode.Usage, "no target to watch; expected one of --pid, --container and --metrics\n"), await ErrorAsync());
        Assert.Equal((LoadExitCode.Usage, "several targets to watch; expected one of --pid, --container and --metrics\n"), await ErrorAsync("--pid", "1", "--metrics", "http://127.0.0.1/"));
        Assert.Equal((LoadExitCode.Usage, "--max-rss-delta is \"x\"; expected a size such as 512, 64KiB, 256MiB or 1GB\n"), await ErrorAsync("--pid", "1", "--max-rss-delta", "x"));
        Assert.Equal((LoadExitCode.Usage, "--mode is \"slow\"; expected smoke or long\n"), await ErrorAsync("--pid", "1", "--mode", "slow"));
        Assert.Equal((LoadExitCode.Usage, "--container is \"web\"; expected an id of at least 12 hexadecimal characters (docker inspect -f '{{.Id}}' NAME)\n"), await ErrorAsync("--container", "web"));
        Assert.Equal(LoadExitCode.Failure, (await ErrorAsync("--metrics", Url)).Item1);
    }

    [Fact]
    public async Task Soak_reports_the_memory_of_a_process()
    {
        var run = Path.Combine(_directory, "soak");
        var (code, output, _) = await InvokeAsync(
            LoadCommand.Create(), "load", "soak", Url, "--rate", "20", "--duration", "2s", "--pid", $"{Environment.ProcessId}", "--sample-every", "20ms",
            "--max-rss-delta", "2GiB", "--max-thread-delta", "1000", "--max-fd-delta", "10000", "--out", run, "--quiet");
        Assert.Contains(code, (int[])[LoadExitCode.Ok, LoadExitCode.Invalid]);
        Assert.Contains($"process {Environment.ProcessId}: passed", output);
        var soak = ReportJson.ReadSummary(File.ReadAllText(Path.Combine(run, "summary.json"))).Soak!;
        Assert.True(soak is { Verdict: "passed", Samples: >= 10, RssPeakBytes: > 10 << 20, FdsEnd: > 0, ThreadsEnd: > 0 });
        Assert.Contains("| memory |", File.ReadAllText(Path.Combine(run, "summary.md")));
    }

    [Fact]
    public async Task Soak_finds_a_process_that_leaks()
    {
        var pages = new List<byte[]>();
        await using var leaking = WebApplication.CreateSlimBuilder().Build();
        leaking.Urls.Add("http://127.0.0.1:0");
        leaking.Run(context =>
        {
            var page = new byte[2 << 20];
            Array.Fill(page, (byte)1);
            lock (pages)
                pages.Add(page);
            return context.Response.WriteAsync("ok");
        });
        await leaking.StartAsync();
        var (code, output, _) = await InvokeAsync(
            LoadCommand.Create(), "load", "soak", leaking.Urls.First(), "--rate", "50", "--duration", "3s", "--pid", $"{Environment.ProcessId}", "--sample-every", "20ms",
            "--max-rss-delta", "64MiB", "--max-thread-delta", "1000", "--max-fd-delta", "10000", "--quiet");
        GC.KeepAlive(pages);
        Assert.Contains("memory grew by ", output);
        Assert.Contains(code, (int[])[LoadExitCode.Threshold, LoadExitCode.Invalid]);
    }

    private static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }
}
