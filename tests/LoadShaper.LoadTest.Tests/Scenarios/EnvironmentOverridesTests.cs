using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Scenarios;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Scenarios;

public sealed class EnvironmentOverridesTests
{
    [Fact]
    public void TheFourConfigurationsOfTheSpecificationAreRead()
    {
        var small = Read("NUM_CONCURRENT_TASKS=10 TARGET_RPS=500 TEST_DURATION=5m LOAD_MODEL_TYPE=Rps");
        Assert.Equal([new ConstantRate(500, TimeSpan.FromMinutes(5))], small.Phases);
        Assert.Equal(10, small.Connections);

        // The load ramps within RAMP_DURATION and stays at the lower rate for the rest of the test.
        Assert.Equal(
            [new RampHoldRamp(500, 5000, TimeSpan.FromMinutes(15)), new ConstantRate(500, TimeSpan.FromMinutes(15))],
            Read("NUM_CONCURRENT_TASKS=100 TEST_DURATION=30m LOAD_MODEL_TYPE=RampRps MIN_RPS=500 MAX_RPS=5000 RAMP_DURATION=15m").Phases);

        Assert.Equal(
            [new RampHoldRamp(100, 5000, TimeSpan.FromMinutes(30))],
            Read("TEST_DURATION=30m LOAD_MODEL_TYPE=RampRps MIN_RPS=100 MAX_RPS=5000").Phases);

        Assert.Equal(
            [new ClosedUsers(50, 0, ThinkTime.None, TimeSpan.FromHours(1))],
            Read("LOAD_MODEL_TYPE=Concurrent NUM_CONCURRENT_TASKS=50 TEST_DURATION=1h").Phases);
    }

    [Fact]
    public void TheNamesOfTheOperationsGuideAreRead()
    {
        var overrides = Read("LOAD_TEST_HOST=http://127.0.0.1:8000 LOAD_TEST_USERS_MAX=500 LOAD_TEST_SPAWN_RATE=5 LOAD_TEST_DURATION_SECONDS=600");

        Assert.Equal("http://127.0.0.1:8000", overrides.Target);
        Assert.Equal([new ClosedUsers(500, 5, ThinkTime.None, TimeSpan.FromMinutes(10))], overrides.Phases);
    }

    [Theory]
    [InlineData("PERCENTILE_TRACKING_ENABLED=false", PercentileMode.Off, 1)]
    [InlineData("PERCENTILE_TRACKING_ENABLED=true", PercentileMode.On, 1)]
    [InlineData("HISTOGRAM_RESET_INTERVAL=5m", PercentileMode.Windowed, 1)]
    [InlineData("PERCENTILE_SAMPLING_RATE=10", PercentileMode.Sampled, 0.1)]
    [InlineData("PERCENTILE_SAMPLING_RATE=10%", PercentileMode.Sampled, 0.1)]
    [InlineData("PERCENTILE_SAMPLING_RATE=0.1", PercentileMode.Sampled, 0.1)]
    [InlineData("PERCENTILE_SAMPLING_RATE=100", PercentileMode.On, 1)]
    public void PercentileTrackingIsRead(string environment, PercentileMode mode, double rate)
    {
        var tracking = Read(environment).Percentiles!;

        Assert.Equal((mode, rate), (tracking.Mode, tracking.Rate));
    }

    [Fact]
    public void NothingSetSaysNothing()
    {
        var overrides = Read("HOME=/root MAX_HISTOGRAM_LABELS=");

        Assert.Equal(new ScenarioOverrides { Thresholds = overrides.Thresholds, AbortOn = overrides.AbortOn }, overrides);
    }

    [Theory]
    [InlineData("LOAD_MODEL_TYPE=Burst", "LOAD_MODEL_TYPE: \"Burst\" is not a load model; expected Rps, RampRps or Concurrent")]
    [InlineData("LOAD_MODEL_TYPE=Rps", "LOAD_MODEL_TYPE: Rps needs TARGET_RPS, which is not set; expected a rate such as 500/s, 2000/min or 0.5/s (a bare number is per second)")]
    [InlineData("LOAD_MODEL_TYPE=Concurrent", "LOAD_MODEL_TYPE: Concurrent needs NUM_CONCURRENT_TASKS, which is not set; expected a whole number from 1 to 65000")]
    [InlineData("TARGET_RPS=fast", "TARGET_RPS: \"fast\" is not valid; expected a rate such as 500/s, 2000/min or 0.5/s (a bare number is per second)")]
    [InlineData("TARGET_RPS=99999999", "TARGET_RPS: is 99999999/s; expected at most 10000000/s")]
    [InlineData("TEST_DURATION=60", "TEST_DURATION: \"60\" is not valid; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m")]
    [InlineData("TEST_DURATION=0s", "TEST_DURATION: is 0; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m, above 0")]
    [InlineData("NUM_CONCURRENT_TASKS=0", "NUM_CONCURRENT_TASKS: \"0\" is not valid; expected a whole number from 1 to 65000")]
    [InlineData("PERCENTILE_TRACKING_ENABLED=maybe", "PERCENTILE_TRACKING_ENABLED: \"maybe\" is not valid; expected true or false")]
    [InlineData("PERCENTILE_SAMPLING_RATE=0", "PERCENTILE_SAMPLING_RATE: \"0\" is not valid; expected a share of requests such as 10, 10% or 0.1, above 0")]
    [InlineData("LOAD_TEST_HOST=127.0.0.1", "LOAD_TEST_HOST: target \"127.0.0.1\" was not understood; expected http://host[:port], https://host[:port], unix:///path/to.sock, tcp://host:port or udp://host:port")]
    [InlineData("LOAD_MODEL_TYPE=RampRps MIN_RPS=1 MAX_RPS=2 RAMP_DURATION=2m TEST_DURATION=1m", "RAMP_DURATION: 2m is longer than TEST_DURATION, 1m; expected at most that")]
    [InlineData("HISTOGRAM_RESET_INTERVAL=1m PERCENTILE_SAMPLING_RATE=10", "PERCENTILE_SAMPLING_RATE: cannot be combined with HISTOGRAM_RESET_INTERVAL; set one of them")]
    public void WrongValuesAreReportedByName(string environment, string problem) =>
        Assert.Equal([problem], Assert.Throws<ScenarioException>(() => Read(environment)).Problems.Select(p => p.ToString()));

    private static ScenarioOverrides Read(string environment) => EnvironmentOverrides.Read(
        environment.Split(' ').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]));
}
