using LoadShaper.LoadTest.Checklist;
using LoadShaper.LoadTest.Companions;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Session;
using LoadShaper.LoadTest.Soak;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using LoadShaper.LoadTest.Tests.Faults;
using LoadShaper.LoadTest.Verdict;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Soak;

public sealed class SoakTests
{
    private const long MiB = 1 << 20;

    private static TargetSample[] Samples(int count, Func<int, double> mib, Func<int, long>? descriptors = null, Func<int, long>? threads = null) =>
        [.. Enumerable.Range(0, count).Select(i => new TargetSample(TimeSpan.FromSeconds(i), (long)(mib(i) * MiB), descriptors?.Invoke(i), threads?.Invoke(i)))];

    [Fact]
    public void Steady_growth_is_a_leak_and_a_plateau_is_not()
    {
        var limits = new SoakLimits { RssDeltaBytes = 50 * MiB };
        var leak = SoakJudge.Judge(Samples(600, i => 100 + i * 0.5), limits, restarted: false);
        Assert.Equal((SoakOutcome.Failed, 1800.0), (leak.Outcome, Math.Round(leak.Slope / MiB, 3)));
        Assert.Equal("memory grew by 216.0 MiB, from 156.8 MiB to 372.8 MiB; expected at most 50.0 MiB (--max-rss-delta)", Assert.Single(leak.Reasons));

        // The first tenth is the start of the process: 300 MiB more there are no leak.
        var warm = SoakJudge.Judge(Samples(600, i => Math.Min(400, 100 + i * 10)), limits, restarted: false);
        Assert.Equal((SoakOutcome.Passed, 0L, 0.0), (warm.Outcome, warm.RssDelta, warm.Slope));
    }

    [Fact]
    public void A_sawtooth_of_a_garbage_collector_is_no_leak()
    {
        var verdict = SoakJudge.Judge(Samples(600, i => 100 + i % 60), new SoakLimits { RssDeltaBytes = 20 * MiB, RssSlopeBytesPerHour = 60 * MiB }, restarted: false);
        Assert.Equal(SoakOutcome.Passed, verdict.Outcome);
        Assert.Equal(159 * MiB, verdict.RssPeak);
    }

    [Fact]
    public void Descriptors_threads_and_the_slope_have_their_limits()
    {
        var verdict = SoakJudge.Judge(
            Samples(600, i => 100 + i * 0.01, i => 20 + i, i => 10 + i / 6), new SoakLimits { RssSlopeBytesPerHour = 30 * MiB }, restarted: false);
        Assert.Equal(
        [
            "memory grows by 36.0 MiB an hour; expected at most 30.0 MiB (--max-rss-slope)",
            "file descriptors grew from 133 to 565; expected at most 100 more (--max-fd-delta)",
            "threads grew from 28 to 100; expected at most 50 more (--max-thread-delta)",
        ], verdict.Reasons);
    }

    [Fact]
    public void Too_few_samples_or_a_restart_say_nothing()
    {
        var few = SoakJudge.Judge(Samples(5, _ => 1), new SoakLimits(), restarted: false);
        Assert.Equal(SoakOutcome.Inconclusive, few.Outcome);
        Assert.StartsWith("4 samples of the target after the warm-up; expected at least 10", few.Reasons[0]);
        Assert.StartsWith("0 samples", SoakJudge.Judge([], new SoakLimits(), restarted: false).Reasons[0]);
        Assert.Equal(SoakOutcome.Inconclusive, SoakJudge.Judge(Samples(100, _ => 1), new SoakLimits(), restarted: true).Outcome);
    }

    [Fact]
    public void Metrics_are_read_as_text_and_as_JSON()
    {
        Assert.Equal(new TargetReading(5_000_000, 17, null, "1.5"), MetricsProbe.Parse("# HELP x y\nprocess_resident_memory_bytes 5e6\nprocess_open_fds{a=\"b c\"} 17\nprocess_start_time_seconds 1.5\n"));
        Assert.Null(MetricsProbe.Parse("go_memory 5\nprocess_resident_memory_bytes_total 7\n"));
        Assert.Equal(new TargetReading(64 * MiB, null, null, ""), MetricsProbe.Parse("{\"resource_status\":{\"memory_mb\":64}}"));
        Assert.Null(MetricsProbe.Parse("{\"resource_status\":null}"));
    }

    [Fact]
    public async Task A_process_is_read_from_proc()
    {
        using var own = ProcessProbe.OfProcess("/", Environment.ProcessId);
        var reading = (await own.ReadAsync(CancellationToken.None))!;
        Assert.InRange(reading.RssBytes, 10 * MiB, 10_000 * MiB);
        Assert.True(reading is { Descriptors: > 2, Threads: > 1 });
        using var none = ProcessProbe.OfProcess("/", int.MaxValue);
        Assert.Null(await none.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_container_is_all_its_processes()
    {
        var root = Directory.CreateTempSubdirectory("soak-").FullName;
        const string Id = "0123456789abcdef0123456789abcdef";
        foreach (var (process, group) in ((int, string)[])[(7, $"/docker/{Id}"), (9, $"/system.slice/docker-{Id}.scope/sub"), (11, "/user.slice")])
        {
            Directory.CreateDirectory(Path.Combine(root, $"proc/{process}/fd"));
            File.WriteAllText(Path.Combine(root, $"proc/{process}/fd/0"), "");
            File.WriteAllText(Path.Combine(root, $"proc/{process}/cgroup"), $"0::{group}\n");
            File.WriteAllText(Path.Combine(root, $"proc/{process}/status"), "Name:\tx\nVmRSS:\t   1024 kB\nThreads:\t3\n");
            File.WriteAllText(Path.Combine(root, $"proc/{process}/stat"), $"{process} (a b) S {string.Join(' ', Enumerable.Range(4, 30))}\n");
        }
        using var probe = ProcessProbe.OfContainer(root, Id[..12])!;
        Assert.Equal(new TargetReading(2 * MiB, 2, 6, "7 22"), await probe.ReadAsync(CancellationToken.None));
        Assert.Null(ProcessProbe.OfContainer(root, "short"));
        Assert.Null(ProcessProbe.OfContainer(root, "my-container-name"));
        Directory.Delete(root, recursive: true);
    }

    /// <summary>The server says its memory as a metrics URL would; `load soak` against a process with real memory is in the tests of the program.</summary>
    [Theory]
    [InlineData(64, false)]
    [InlineData(0, true)]
    public async Task A_leaking_server_is_found_and_a_clean_one_is_not(int leakedMiB, bool passes)
    {
        var reported = 500L * MiB;
        await using var server = ScriptedServer.Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                Interlocked.Add(ref reported, leakedMiB * MiB);
                await connection.SendAsync(ScriptedServer.Ok());
            }
        });
        var scenario = ScenarioLoader.Load($"http://127.0.0.1:{server.Port}/", new ScenarioOverrides { Phases = [new ConstantRate(100, TimeSpan.FromSeconds(2))] }, new Dictionary<string, string>());
        var soak = new SoakCompanion(new ReportedProbe(() => Interlocked.Read(ref reported)), new SoakLimits { RssDeltaBytes = 32 * MiB }, TimeSpan.FromMilliseconds(20));
        var outcome = await new LoadSession(
            new SessionRequest
            {
                Scenario = scenario, Parts = [new SessionPart(null, scenario.Plan)], ResolvedYaml = "", Machine = MachineInfo.Read("/", "test"), Companions = [soak],
            }, new SilentObserver(), _ => new RunVerdict(true, [])).RunAsync(CancellationToken.None);

        var summary = SummaryBuilder.Of(outcome.Report!);
        Assert.Equal((passes ? LoadExitCode.Ok : LoadExitCode.Threshold, passes ? "passed" : "failed"), (outcome.ExitCode, summary.Soak!.Verdict));
        Assert.Equal(passes, ReportText.Status(outcome.Report!).StartsWith("COMPLETED", StringComparison.Ordinal));
        Assert.Contains("## Soak", MarkdownSummary.Render(outcome.Report!));
    }

    [Fact]
    public async Task The_targets_own_view_is_beside_the_clients_figures()
    {
        var asked = 0;
        var companion = new DaemonCompanion("http://x/metrics", _ => Task.FromResult<DaemonFacts?>(Interlocked.Increment(ref asked) switch
        {
            1 => null,
            2 => new DaemonFacts(100, 20, 90, 500, ["Concurrent requests 90 approaching limit 100"], []),
            _ => new DaemonFacts(120, 10, 101, 600, [], ["Concurrent requests 101 exceeds limit 100"]),
        }), TimeSpan.FromMilliseconds(1));
        companion.Start();
        while (Volatile.Read(ref asked) < 4)
            await Task.Yield();
        var counts = SomeCounts();
        var result = await companion.FinishAsync(LoadTest.Tests.Samples.Result(counts), [new PhaseFigures(0, "all", TimeSpan.Zero, TimeSpan.FromHours(1), counts.Counts, counts.Response)]);

        var status = result!.AddTo(new Summary()).ResourceStatus!;
        Assert.Equal((1, 120.0, 20.0, 101, 600), (status.Missed, status.Phases[0].MemoryMb, status.Phases[0].CpuPercent, status.Phases[0].ConcurrentRequests, status.Phases[0].RequestsPerMinute));
        Assert.Equal(["Concurrent requests 101 exceeds limit 100"], status.Violations);
        Assert.Contains("Warning: Concurrent requests 90 approaching limit 100", result.Section.Notes);
    }

    [Fact]
    public async Task A_target_without_its_own_view_adds_nothing()
    {
        var asked = 0;
        var companion = new DaemonCompanion("http://x/metrics", _ =>
        {
            asked++;
            return Task.FromResult<DaemonFacts?>(null);
        }, TimeSpan.FromMilliseconds(1));
        companion.Start();
        while (Volatile.Read(ref asked) < 3)
            await Task.Yield();
        var counts = SomeCounts();
        Assert.Null(await companion.FinishAsync(LoadTest.Tests.Samples.Result(counts), []));
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_process_that_ends_and_does_not_return_fails()
    {
        using var process = System.Diagnostics.Process.Start("sleep", "60");
        var time = new SteppedTime();
        using var real = ProcessProbe.OfProcess("/", process.Id);
        var readings = new CountedProbe(real.ReadAsync);
        var soak = new SoakCompanion(readings, new SoakLimits(), TimeSpan.FromMilliseconds(1), time);
        soak.Start();
        await readings.UntilAsync(30);
        process.Kill();
        await process.WaitForExitAsync();
        await readings.UntilAsync(readings.Count + 3);
        time.Step(TimeSpan.FromSeconds(11));
        var counts = SomeCounts();
        var result = (await soak.FinishAsync(LoadTest.Tests.Samples.Result(counts), []))!;
        Assert.Contains("the target ended or stopped answering", result.Failure);
        Assert.True(result.AddTo(new Summary()).Soak is { Verdict: "inconclusive", Missed: >= 2, Samples: >= 10 });
        Assert.False(SoakJudge.HasEnded(TimeSpan.FromSeconds(70), TimeSpan.FromSeconds(99), TimeSpan.FromSeconds(10)));
        Assert.True(SoakJudge.HasEnded(TimeSpan.FromSeconds(68), TimeSpan.FromSeconds(99), TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_sample_that_fails_does_not_lose_the_report()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
                await connection.SendAsync(ScriptedServer.Ok("process_resident_memory_bytes 5", "Content-Type: text/plain; charset=nonsense\r\n"));
        });
        using var metrics = new MetricsProbe(new Uri($"http://127.0.0.1:{server.Port}/"));
        Assert.Null(await metrics.ReadAsync(CancellationToken.None));

        var readings = new CountedProbe(_ => throw new InvalidOperationException("a defect"));
        var soak = new SoakCompanion(readings, new SoakLimits(), TimeSpan.FromMilliseconds(1));
        soak.Start();
        await readings.UntilAsync(3);
        var counts = SomeCounts();
        var result = (await soak.FinishAsync(LoadTest.Tests.Samples.Result(counts), []))!;
        Assert.Contains("missed readings (last failure: a defect)", result.Section.Notes[0]);
        Assert.True(result.AddTo(new Summary()).Soak!.Missed >= 2);
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long _now;

        public void Step(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        // Each call is a tick later, so that samples have different times.
        public override long GetTimestamp() => Interlocked.Add(ref _now, TimeSpan.TicksPerMillisecond);
    }

    private sealed class CountedProbe(Func<CancellationToken, Task<TargetReading?>> read) : ITargetProbe
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public string Source => "test";

        public Task<TargetReading?> ReadAsync(CancellationToken cancel)
        {
            Interlocked.Increment(ref _count);
            return read(cancel);
        }

        public async Task UntilAsync(int count)
        {
            while (Count < count)
                await Task.Delay(1);
        }

        public void Dispose()
        {
        }
    }

    private static SeriesResult SomeCounts() => LoadTest.Tests.Samples.Series("all", LoadTest.Tests.Samples.Counts(10), LoadTest.Tests.Samples.Latencies(1_000));

    private sealed class ReportedProbe(Func<long> bytes) : ITargetProbe
    {
        public string Source => "test";

        public Task<TargetReading?> ReadAsync(CancellationToken cancel) => Task.FromResult<TargetReading?>(new TargetReading(bytes(), 10, 5, "1"));

        public void Dispose()
        {
        }
    }
}
