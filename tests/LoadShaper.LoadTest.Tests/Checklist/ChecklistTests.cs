using System.Net;
using System.Net.Sockets;
using LoadShaper.LoadTest.Checklist;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Scenarios;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Checklist;

public sealed class ChecklistTests
{
    private static readonly GeneratorFacts Good = new(65_536, (32_768, 60_999), 0.3, 8L << 30, 0.97, true, "tsc", []);
    private static readonly TargetFacts Healthy = new("http://127.0.0.1:80", "127.0.0.1", ["127.0.0.1"], null, null, 200, null);

    [Fact]
    public void AGoodMachineAndTargetPass() =>
        Assert.All(ChecklistRules.Judge(Plan(), [Healthy], [], Good, null), i => Assert.Equal((CheckLevel.Pass, ""), (i.Level, i.Fix)));

    public static TheoryData<string, CheckLevel, string> Machines => new()
    {
        { "file descriptors", CheckLevel.Fail, "limit 150, needed 200" },
        { "port range", CheckLevel.Fail, "51 local ports (1000 to 1050), 100 connections" },
        { "disk", CheckLevel.Warn, "80 % used; expected under 80 %" },
        { "memory", CheckLevel.Warn, "512.0 MiB available; expected 1000.0 MiB" },
        { "CPU", CheckLevel.Warn, "42 % idle; expected 80 %" },
        { "clock", CheckLevel.Warn, "not synchronised, clock source tsc" },
        { "previous results", CheckLevel.Warn, "summary.json will be replaced" },
    };

    [Theory]
    [MemberData(nameof(Machines))]
    public void EveryRuleOfTheMachineIsJudged(string name, CheckLevel level, string found)
    {
        var bad = new GeneratorFacts(150, (1_000, 1_050), 0.8, 512L << 20, 0.42, false, "tsc", ["summary.json"]);

        var item = ChecklistRules.Judge(Plan(), [Healthy], [], bad, null).Single(i => i.Name == name);

        Assert.Equal((level, found), (item.Level, item.Found));
        Assert.NotEqual("", item.Fix);
    }

    [Fact]
    public void WhatCannotBeReadIsAWarning() =>
        Assert.Equal(
            ["file descriptors", "port range", "disk", "memory", "CPU"],
            ChecklistRules.Judge(Plan(), [], [], new GeneratorFacts(null, null, null, null, null, null, null, []), null).Where(i => i.Level == CheckLevel.Warn).Select(i => i.Name));

    [Fact]
    public void ConnectionsForEveryRequestUseUpThePorts()
    {
        var plan = Plan("keep_alive: false", "rps: 1000");

        Assert.Equal(CheckLevel.Warn, ChecklistRules.Judge(plan, [], [], Good, null).Single(i => i.Name == "port range").Level);
    }

    [Theory]
    [InlineData("DNS", "no such host", null, null, null)]
    [InlineData("connection", null, "Connection refused", null, null)]
    [InlineData("health", null, null, 500, null)]
    [InlineData("health", null, null, null, "no answer within 5 s")]
    public void AnUnhealthyTargetFails(string name, string? resolve, string? connect, int? status, string? silent)
    {
        var facts = new TargetFacts("http://api:80", "api", resolve is null ? ["10.0.0.1"] : [], resolve, connect, status, silent);

        Assert.Equal(CheckLevel.Fail, ChecklistRules.Judge(Plan(), [facts], [], Good, null).First(i => i.Level != CheckLevel.Pass && i.Name == name).Level);
    }

    [Fact]
    public void APublicTargetNeedsPermission()
    {
        var facts = Healthy with { Host = "example.test", Addresses = ["8.8.8.8"] };

        Assert.Equal(CheckLevel.Fail, ChecklistRules.Judge(Plan(), [facts], [], Good, null).Single(i => i.Name == "permission").Level);
        Assert.DoesNotContain(ChecklistRules.Judge(Plan(), [facts], ["example.test"], Good, null), i => i.Name == "permission");
    }

    [Fact]
    public void TheLimitsOfADaemonAreShown()
    {
        var daemon = FactsReader.ParseDaemon("""{"resource_status":{"memory_mb":212.4,"cpu_percent":3,"concurrent_requests":82,"requests_per_minute":1700,"warnings":["Concurrent requests 82 approaching limit 100"],"violations":[]}}""");

        var item = ChecklistRules.Judge(Plan(), [], [], Good, daemon).Single(i => i.Name == "daemon limits");

        Assert.Equal((CheckLevel.Warn, "LoadShaper daemon: 82 concurrent, 1700/min, 212 MB, CPU 3 %; warnings: Concurrent requests 82 approaching limit 100"), (item.Level, item.Found));
        Assert.Null(FactsReader.ParseDaemon("{}"));
        Assert.Null(FactsReader.ParseDaemon("[]"));
    }

    [Fact]
    public void TheKernelsFilesAreRead()
    {
        Assert.Equal(1024, FactsReader.FileDescriptors("Limit  Soft Limit\nMax open files            1024                 524288               files\n"));
        Assert.Equal(long.MaxValue, FactsReader.FileDescriptors("Max open files            unlimited            unlimited            files\n"));
        Assert.Null(FactsReader.FileDescriptors(""));
        Assert.Equal((32768, 60999), FactsReader.Ports("32768\t60999\n"));
        Assert.Null(FactsReader.Ports("x"));
        Assert.Equal(0.75, FactsReader.Idle(FactsReader.CpuTimes("cpu  10 0 0 30 0 0 0 0 0 0\n"), FactsReader.CpuTimes("cpu  20 0 0 55 5 0 0 0 0 0\n")));
        Assert.Null(FactsReader.Idle(null, (1, 2)));
        Assert.InRange(FactsReader.DiskUsed(Path.Combine(Path.GetTempPath(), "not", "there"))!.Value, 0, 1);
    }

    [Fact]
    public async Task ATargetThatRefusesIsReported()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var plan = ScenarioLoader.Load($"http://127.0.0.1:{port}/", new ScenarioOverrides(), new Dictionary<string, string>()).Plan;

        Assert.NotNull((await FactsReader.ReadTargetAsync(plan, 0, CancellationToken.None)).ConnectProblem);
    }

    private static RunPlan Plan(string step = "name: a", string load = "rps: 10") => ScenarioLoader.FromText(
        "s.yaml", $"target: http://127.0.0.1:1\nload: {{{load}, for: 1s}}\nsteps: [{{get: /, {step}}}]\n", new ScenarioOverrides(), new Dictionary<string, string>(), "/").Plan;
}
