using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Scenarios;

/// <summary>The specification's environment names. All problems are reported together, each by its name.</summary>
public static class EnvironmentOverrides
{
    public static readonly IReadOnlyList<string> Names =
    [
        "LOAD_MODEL_TYPE", "TARGET_RPS", "MIN_RPS", "MAX_RPS", "RAMP_DURATION", "TEST_DURATION", "NUM_CONCURRENT_TASKS",
        "PERCENTILE_TRACKING_ENABLED", "MAX_HISTOGRAM_LABELS", "HISTOGRAM_RESET_INTERVAL", "PERCENTILE_SAMPLING_RATE",
        "LOAD_TEST_HOST", "LOAD_TEST_USERS_MAX", "LOAD_TEST_SPAWN_RATE", "LOAD_TEST_DURATION_SECONDS",
    ];

    private delegate bool TryParse<T>(string text, out T value);

    /// <exception cref="ScenarioException">All problems.</exception>
    public static ScenarioOverrides Read(IReadOnlyDictionary<string, string> environment)
    {
        var reading = new Reading(environment);
        var overrides = new ScenarioOverrides
        {
            Target = reading.Text("LOAD_TEST_HOST"),
            Phases = Phases(reading),
            Duration = Duration(reading),
            Connections = reading.Count("NUM_CONCURRENT_TASKS", 65_000),
            MaxSeries = reading.Count("MAX_HISTOGRAM_LABELS", 1_000),
            Percentiles = Percentiles(reading),
        };
        if (overrides.Target is { } target && TargetUrl.Parse(target, out var problem) is null)
            reading.Report("LOAD_TEST_HOST", problem);
        return reading.Problems.Count == 0 ? overrides : throw new ScenarioException(reading.Problems);
    }

    private static IReadOnlyList<LoadPhase>? Phases(Reading reading)
    {
        var duration = Duration(reading) ?? ScenarioOverrides.DefaultDuration;
        if (reading.Text("LOAD_MODEL_TYPE") is not { } model)
        {
            if (reading.Count("LOAD_TEST_USERS_MAX", Yaml.LoadReader.MostUsers) is { } most)
                return [new ClosedUsers(most, reading.Value<double>("LOAD_TEST_SPAWN_RATE", Units.TryRate, Units.RateExpected) ?? 0, ThinkTime.None, duration)];
            return reading.Rate("TARGET_RPS") is { } only ? [new ConstantRate(only, duration)] : null;
        }
        switch (model)
        {
            case "Rps":
                return reading.Rate("TARGET_RPS", model) is { } rate ? [new ConstantRate(rate, duration)] : null;
            case "RampRps":
                var (min, max) = (reading.Rate("MIN_RPS", model), reading.Rate("MAX_RPS", model));
                var ramp = reading.Duration("RAMP_DURATION") ?? duration;
                if (ramp > duration)
                    reading.Report("RAMP_DURATION", $"{Units.Format(ramp)} is longer than TEST_DURATION, {Units.Format(duration)}; expected at most that");
                if (min is null || max is null || ramp > duration)
                    return null;
                // After the ramp the specification's tool stays at the lower rate.
                return ramp == duration
                    ? [new RampHoldRamp(min.Value, max.Value, ramp)]
                    : [new RampHoldRamp(min.Value, max.Value, ramp), new ConstantRate(min.Value, duration - ramp)];
            case "Concurrent":
                return reading.Count("NUM_CONCURRENT_TASKS", 65_000, model) is { } tasks ? [new ClosedUsers(tasks, 0, ThinkTime.None, duration)] : null;
            default:
                reading.Report("LOAD_MODEL_TYPE", $"\"{model}\" is not a load model; expected Rps, RampRps or Concurrent");
                return null;
        }
    }

    private static TimeSpan? Duration(Reading reading)
    {
        if (reading.Duration("TEST_DURATION") is { } duration)
            return duration;
        if (reading.Value<double>("LOAD_TEST_DURATION_SECONDS", Units.TryNumber, "a number of seconds") is not { } seconds)
            return null;
        if (seconds is > 0 and <= 366 * 86_400)
            return TimeSpan.FromSeconds(seconds);
        reading.Report("LOAD_TEST_DURATION_SECONDS", $"{Units.Number(seconds)} is out of range; expected 1 to {366 * 86_400}");
        return null;
    }

    private static PercentileTracking? Percentiles(Reading reading)
    {
        var enabled = reading.Value<bool>("PERCENTILE_TRACKING_ENABLED", bool.TryParse, "true or false");
        var window = reading.Duration("HISTOGRAM_RESET_INTERVAL");
        // The specification counts in percent: 10 is every tenth request.
        var rate = reading.Value<double>("PERCENTILE_SAMPLING_RATE", TrySamplingRate, "a share of requests such as 10, 10% or 0.1, above 0");
        if (enabled == false)
            return PercentileTracking.Off;
        if (window is not null && rate is not null and not 1)
            reading.Report("PERCENTILE_SAMPLING_RATE", "cannot be combined with HISTOGRAM_RESET_INTERVAL; set one of them");
        return window is { } length ? PercentileTracking.Windowed(length)
            : rate is { } share ? share == 1 ? PercentileTracking.Full : PercentileTracking.Sampled(share)
            : enabled is null ? null : PercentileTracking.Full;
    }

    private static bool TrySamplingRate(string text, out double share)
    {
        if (!Units.TryShare(text, out share) && Units.TryNumber(text, out share))
            share /= 100;
        return share is > 0 and <= 1;
    }

    private sealed class Reading(IReadOnlyDictionary<string, string> environment)
    {
        public List<ScenarioProblem> Problems { get; } = [];

        public string? Text(string name) => environment.TryGetValue(name, out var text) && text != "" ? text : null;

        public TimeSpan? Duration(string name)
        {
            var duration = Value<TimeSpan>(name, Units.TryDuration, Units.DurationExpected);
            if (duration != TimeSpan.Zero)
                return duration;
            Report(name, $"is 0; expected {Units.DurationExpected}, above 0");
            return null;
        }

        public double? Rate(string name, string? neededBy = null)
        {
            var rate = Value<double>(name, Units.TryRate, Units.RateExpected);
            if (rate <= Yaml.LoadReader.MostRate)
                return rate;
            if (rate is not null)
                Report(name, $"is {Units.FormatRate(rate.Value)}; expected at most {Units.Number(Yaml.LoadReader.MostRate)}/s");
            else if (neededBy is not null && Text(name) is null)
                Report("LOAD_MODEL_TYPE", $"{neededBy} needs {name}, which is not set; expected {Units.RateExpected}");
            return null;
        }

        public int? Count(string name, int most, string? neededBy = null)
        {
            if (Text(name) is not { } text)
            {
                if (neededBy is not null)
                    Report("LOAD_MODEL_TYPE", $"{neededBy} needs {name}, which is not set; expected a whole number from 1 to {most}");
                return null;
            }
            if (int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var count) && count >= 1 && count <= most)
                return count;
            Report(name, $"\"{text}\" is not valid; expected a whole number from 1 to {most}");
            return null;
        }

        public T? Value<T>(string name, TryParse<T> parse, string expected) where T : struct
        {
            if (Text(name) is not { } text)
                return null;
            if (parse(text, out var value))
                return value;
            Report(name, $"\"{text}\" is not valid; expected {expected}");
            return null;
        }

        public void Report(string name, string message)
        {
            var problem = new ScenarioProblem(name, 0, 0, message);
            if (!Problems.Contains(problem))
                Problems.Add(problem);
        }
    }
}
