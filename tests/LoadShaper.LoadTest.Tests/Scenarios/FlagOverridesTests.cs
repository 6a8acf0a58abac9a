using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Scenarios;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Scenarios;

public sealed class FlagOverridesTests
{
    [Fact]
    public void TheLoadIsARateARampOrUsers()
    {
        Assert.Equal([new ConstantRate(500, TimeSpan.FromMinutes(5))], FlagOverrides.Read(new LoadFlags { Rate = "500/s", Duration = "5m" }).Phases);
        Assert.Equal([new RampRate(100, 5_000, TimeSpan.FromMinutes(30))], FlagOverrides.Read(new LoadFlags { Ramp = "100..5000/30m" }).Phases);
        Assert.Equal([new RampRate(100 / 60.0, 50, TimeSpan.FromSeconds(30))], FlagOverrides.Read(new LoadFlags { Ramp = "100..3000/min" }).Phases);
        Assert.Equal(
            [new ClosedUsers(20, 5, new ThinkTime(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)), ScenarioOverrides.DefaultDuration)],
            FlagOverrides.Read(new LoadFlags { Users = "20", SpawnRate = "5", ThinkTime = "1s..3s" }).Phases);
        Assert.Equal(TimeSpan.FromMinutes(1), FlagOverrides.Read(new LoadFlags { Duration = "1m" }).Duration);
    }

    [Fact]
    public void AllProblemsAreReportedTogether()
    {
        var problems = Assert.Throws<ScenarioException>(() => FlagOverrides.Read(new LoadFlags
        {
            Rate = "fast", Users = "3", ThinkTime = "1s", Duration = "10", Connections = "0", Arrival = "even", Timeout = "11m", Seed = "-1", MaxRss = "1MiB", Batch = "2s", Thresholds = ["p95"], AbortOn = ["x<1"],
        })).Problems;

        Assert.Equal(
        [
            "--duration: \"10\" is not valid; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m, above 0",
            "--users: cannot be combined with --rate; expected one of --rate, --users and --ramp",
            "--rate: \"fast\" is not valid; expected a rate such as 500/s, 2000/min or 0.5/s (a bare number is per second)",
            "--connections: \"0\" is not valid; expected a whole number from 1 to 65000",
            "--arrival: \"even\" is not valid; expected uniform or poisson",
            "--timeout: \"11m\" is not valid; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m, above 0 and at most 10m",
            "--seed: \"-1\" is not valid; expected a whole number from 0",
            "--max-rss: \"1MiB\" is not valid; expected a size such as 512, 64KiB, 256MiB or 1GB, at least 32MiB",
            "--batch: \"2s\" is not valid; expected a duration up to 1s, such as 250us",
            "--threshold: threshold \"p95\" was not understood; expected [step:]metric op value [over duration], such as p95<200ms, item:p99<=300ms or error_rate<1% over 30s",
            "--abort-on: threshold \"x<1\": unknown metric \"x\"; expected p50, p95, p99.9, min, max, avg, error_rate, success_rate, status_4xx, sent_ratio, rps, offered, sent, completed, failed, late or unsent",
        ], problems.Select(p => p.ToString()));
    }

    [Theory]
    [InlineData("--ramp", "\"5000\" is not valid; expected two rates and a duration, such as 100..5000/30m")]
    public void AWrongRampIsReported(string flag, string message) =>
        Assert.Equal($"{flag}: {message}", Assert.Single(Assert.Throws<ScenarioException>(() => FlagOverrides.Read(new LoadFlags { Ramp = "5000" })).Problems).ToString());
}
