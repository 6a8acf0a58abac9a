using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Runs;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Scenarios.Yaml;
using LoadShaper.LoadTest.Thresholds;

namespace LoadShaper.LoadTest.Scenarios;

/// <summary>The flags of `load run` as written; null: not given.</summary>
public sealed record LoadFlags
{
    public string? Rate { get; init; }
    public string? Users { get; init; }
    public string? Ramp { get; init; }
    public string? Duration { get; init; }
    public string? SpawnRate { get; init; }
    public string? ThinkTime { get; init; }
    public string? Connections { get; init; }
    public string? Arrival { get; init; }
    public string? Timeout { get; init; }
    public string? Warmup { get; init; }
    public string? Seed { get; init; }
    public string? MaxRss { get; init; }
    public string? Batch { get; init; }
    public string? Fault { get; init; }
    public IReadOnlyList<string> Thresholds { get; init; } = [];
    public IReadOnlyList<string> AbortOn { get; init; } = [];
}

/// <summary>Turns flags into overrides.</summary>
public static class FlagOverrides
{
    private delegate bool TryParse<T>(string text, out T value);

    /// <exception cref="ScenarioException">All problems, each by its flag.</exception>
    public static ScenarioOverrides Read(LoadFlags flags)
    {
        var problems = new List<ScenarioProblem>();
        var duration = Value<TimeSpan>("--duration", flags.Duration, TryPositive, $"{Units.DurationExpected}, above 0");
        var overrides = new ScenarioOverrides
        {
            Phases = Phases(flags, duration ?? ScenarioOverrides.DefaultDuration),
            Duration = flags.Rate is null && flags.Users is null && flags.Ramp is null ? duration : null,
            Connections = Value<int>("--connections", flags.Connections, (string t, out int n) => TryCount(t, 65_000, out n), "a whole number from 1 to 65000"),
            Arrival = Value<ArrivalProcess>("--arrival", flags.Arrival, TryArrival, "uniform or poisson"),
            Timeout = Value<TimeSpan>("--timeout", flags.Timeout, TryTimeout, $"{Units.DurationExpected}, above 0 and at most 10m"),
            Warmup = Value<TimeSpan>("--warmup", flags.Warmup, Units.TryDuration, Units.DurationExpected),
            Seed = Value<ulong>("--seed", flags.Seed, (string t, out ulong n) => ulong.TryParse(t, System.Globalization.CultureInfo.InvariantCulture, out n), "a whole number from 0"),
            MemoryLimitBytes = Value<long>("--max-rss", flags.MaxRss, TryMemory, $"{Units.SizeExpected}, at least {Units.FormatSize(ScenarioOverrides.LeastMemory)}"),
            Batch = Value<TimeSpan>("--batch", flags.Batch, (string t, out TimeSpan d) => Units.TryDuration(t, out d) && d <= TimeSpan.FromSeconds(1), "a duration up to 1s, such as 250us"),
            Faults = Faults(flags.Fault),
            Thresholds = Conditions("--threshold", flags.Thresholds),
            AbortOn = Conditions("--abort-on", flags.AbortOn),
        };
        return problems.Count == 0 ? overrides : throw new ScenarioException(problems);

        IReadOnlyList<LoadPhase>? Phases(LoadFlags flags, TimeSpan duration)
        {
            (string Name, string? Text)[] all = [("--rate", flags.Rate), ("--users", flags.Users), ("--ramp", flags.Ramp)];
            var models = all.Where(m => m.Text is not null).Select(m => m.Name).ToArray();
            if (models.Length > 1)
                Report(models[1], $"cannot be combined with {models[0]}; expected one of --rate, --users and --ramp");
            foreach (var (name, text) in ((string, string?)[])[("--spawn-rate", flags.SpawnRate), ("--think-time", flags.ThinkTime)])
                if (text is not null && flags.Users is null)
                    Report(name, "belongs to --users; expected both or neither");
            if (flags.Rate is not null)
                return Value<double>("--rate", flags.Rate, TryRate, Units.RateExpected) is { } rate ? [new ConstantRate(rate, duration)] : null;
            if (flags.Ramp is not null)
                return Ramp(flags.Ramp, duration);
            if (flags.Users is null)
                return null;
            var users = Value<int>("--users", flags.Users, (string t, out int n) => TryCount(t, LoadReader.MostUsers, out n), $"a whole number from 1 to {LoadReader.MostUsers}");
            var spawn = Value<double>("--spawn-rate", flags.SpawnRate, TryRate, Units.RateExpected) ?? 0;
            var think = Value<ThinkTime>("--think-time", flags.ThinkTime, LoadReader.TryThink, "a duration such as 1s, or a range such as 1s..3s") ?? ThinkTime.None;
            return users is null ? null : [new ClosedUsers(users.Value, spawn, think, duration)];
        }

        // "100..5000/30m": two rates, and the duration after the last slash.
        IReadOnlyList<LoadPhase>? Ramp(string text, TimeSpan duration)
        {
            var slash = text.LastIndexOf('/');
            if (LoadReader.TryRange(text, out var from, out var to))
                return [new RampRate(from, to, duration)];
            if (slash > 0 && LoadReader.TryRange(text[..slash], out from, out to) && TryPositive(text[(slash + 1)..], out var length))
                return [new RampRate(from, to, length)];
            Report("--ramp", $"\"{text}\" is not valid; expected two rates and a duration, such as 100..5000/30m");
            return null;
        }

        RunFaultPlan? Faults(string? text)
        {
            try
            {
                return text is null ? null : new RunFaultPlan(PolicyReference.Read(text, "--fault"));
            }
            catch (ScenarioException e)
            {
                problems.AddRange(e.Problems);
                return null;
            }
        }

        IReadOnlyList<Threshold> Conditions(string flag, IReadOnlyList<string> texts)
        {
            var conditions = new List<Threshold>();
            foreach (var text in texts)
                if (Threshold.Parse(text, out var problem) is { } condition)
                    conditions.Add(condition);
                else
                    Report(flag, problem);
            return conditions;
        }

        T? Value<T>(string flag, string? text, TryParse<T> parse, string expected) where T : struct
        {
            if (text is null)
                return null;
            if (parse(text, out var value))
                return value;
            Report(flag, $"\"{text}\" is not valid; expected {expected}");
            return null;
        }

        void Report(string flag, string message) => problems.Add(new ScenarioProblem(flag, 0, 0, message));
    }

    private static bool TryPositive(string text, out TimeSpan duration) => Units.TryDuration(text, out duration) && duration > TimeSpan.Zero;

    private static bool TryTimeout(string text, out TimeSpan timeout) => TryPositive(text, out timeout) && timeout <= TimeSpan.FromMinutes(10);

    private static bool TryRate(string text, out double rate) => Units.TryRate(text, out rate) && rate <= LoadReader.MostRate;

    private static bool TryMemory(string text, out long bytes) => Units.TrySize(text, out bytes) && bytes >= ScenarioOverrides.LeastMemory;

    private static bool TryCount(string text, int most, out int count) =>
        int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out count) && count >= 1 && count <= most;

    private static bool TryArrival(string text, out ArrivalProcess arrival)
    {
        arrival = text == "poisson" ? ArrivalProcess.Poisson : ArrivalProcess.Uniform;
        return text is "poisson" or "uniform";
    }
}
