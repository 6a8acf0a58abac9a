using LoadShaper.LoadTest.Plan;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Scenarios.Yaml;

/// <summary>Reads the phases under `load`.</summary>
internal static class LoadReader
{
    public const string Expected = "a list of phases such as {rps: 500, for: 30s}, {ramp: 500..5000, for: 15m} or {users: 100, for: 30s}";
    public const double MostRate = 10_000_000;
    public const int MostUsers = 1_000_000;

    private static readonly string[] Models = ["rps", "ramp", "ramp_rps", "steps", "spike", "users"];
    private static readonly string[] Keys = ["name", "rps", "ramp", "ramp_rps", "steps", "spike", "users", "for", "at", "spike_for", "spawn_rate", "think_time"];

    public static IReadOnlyList<LoadPhase> Read(YamlReading reading, YamlNode node)
    {
        var items = node is YamlMappingNode ? [node] : reading.Items(node, "load", Expected);
        if (node is YamlSequenceNode { Children.Count: 0 })
            reading.Report(node, $"load is an empty list; expected {Expected}");
        return [.. items.Select(item => Phase(reading, item)).OfType<LoadPhase>()];
    }

    private static LoadPhase? Phase(YamlReading reading, YamlNode node)
    {
        if (reading.Map(node, "a load phase", Keys) is not { } map)
            return null;
        var models = Models.Where(map.ContainsKey).ToArray();
        if (models.Length != 1)
        {
            reading.Report(node, models.Length == 0
                ? "the phase has no load; expected one of rps, ramp, ramp_rps, steps, spike or users"
                : $"the phase has {string.Join(" and ", models)}; expected one of them");
            return null;
        }
        var model = models[0];
        foreach (var (key, only) in ((string, string)[])[("at", "spike"), ("spike_for", "spike"), ("spawn_rate", "users"), ("think_time", "users")])
            if (only != model && map.TryGetValue(key, out var stray))
                reading.Report(stray, $"{key} belongs to a phase with {only}; this one has {model}");
        if (!map.TryGetValue("for", out var forNode))
        {
            reading.Report(node, $"the phase has no \"for\"; expected {Units.DurationExpected}");
            return null;
        }
        var readDuration = reading.Duration(forNode, "for");
        var duration = readDuration ?? TimeSpan.FromSeconds(1);
        var phase = model switch
        {
            "rps" => Rate(reading, map["rps"], "rps") is { } rate ? new ConstantRate(rate, duration) : null,
            "ramp" => Range(reading, map["ramp"], "ramp") is var (from, to) ? new RampRate(from, to, duration) : null,
            "ramp_rps" => Range(reading, map["ramp_rps"], "ramp_rps") is var (min, max) ? new RampHoldRamp(min, max, duration) : null,
            "steps" => Steps(reading, map["steps"], duration),
            "spike" => Spike(reading, map, duration),
            _ => Users(reading, map, duration),
        };
        if (phase is null || readDuration is null)
            return null;
        return map.TryGetValue("name", out var name) && reading.Text(name, "name") is { } text ? phase with { Name = text } : phase;
    }

    private static LoadPhase? Steps(YamlReading reading, YamlNode node, TimeSpan duration)
    {
        var rates = reading.Items(node, "steps", "a list of rates such as [100, 200, 400]").Select(n => Rate(reading, n, "a rate of steps")).ToArray();
        return rates.Length == 0 || rates.Any(r => r is null) ? null : new StepRates([.. rates.Select(r => r!.Value)], duration);
    }

    private static LoadPhase? Spike(YamlReading reading, IReadOnlyDictionary<string, YamlNode> map, TimeSpan duration)
    {
        if (Range(reading, map["spike"], "spike") is not var (from, to))
            return null;
        // The middle third unless the scenario says otherwise.
        var length = map.TryGetValue("spike_for", out var forNode) ? reading.Duration(forNode, "spike_for") : duration / 3;
        var at = map.TryGetValue("at", out var atNode) ? reading.Duration(atNode, "at", allowZero: true) : (duration - length) / 2;
        if (length is null || at is null)
            return null;
        if (at + length <= duration)
            return new SpikeRate(from, to, at.Value, length.Value, duration);
        reading.Report(atNode ?? forNode!, $"the spike ends {Units.Format(at.Value + length.Value)} into the phase; expected at most {Units.Format(duration)}, the length of the phase");
        return null;
    }

    private static LoadPhase? Users(YamlReading reading, IReadOnlyDictionary<string, YamlNode> map, TimeSpan duration)
    {
        var users = reading.Integer(map["users"], "users", 1, MostUsers);
        double? spawn = map.TryGetValue("spawn_rate", out var spawnNode) ? reading.Rate(spawnNode, "spawn_rate") : 0;
        ThinkTime? think = map.TryGetValue("think_time", out var thinkNode) ? Think(reading, thinkNode) : ThinkTime.None;
        return users is null || spawn is null || think is null ? null : new ClosedUsers(users.Value, spawn.Value, think.Value, duration);
    }

    private static ThinkTime? Think(YamlReading reading, YamlNode node)
    {
        if (node is YamlScalarNode { Value: { } text } && TryThink(text, out var think))
            return think;
        reading.Report(node, $"think_time is {YamlReading.Describe(node)}; expected {Units.DurationExpected}, or two with .. between, such as 1s..3s");
        return null;
    }

    internal static bool TryThink(string text, out ThinkTime think)
    {
        think = default;
        var ends = text.Split("..");
        if (ends.Length > 2 || !Units.TryDuration(ends[0], out var min) || !Units.TryDuration(ends[^1], out var max) || max < min)
            return false;
        think = new ThinkTime(min, max);
        return true;
    }

    /// <summary>Reads "500..5000"; the unit may follow either end: "100..5000/min" means both.</summary>
    internal static bool TryRange(string text, out double from, out double to)
    {
        (from, to) = (0, 0);
        var ends = text.Split("..");
        if (ends.Length != 2 || !Units.TryRate(ends[1], out to))
            return false;
        var unit = ends[1].TrimStart()[ends[1].TrimStart().TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count()..];
        return Units.TryRate(Units.TryNumber(ends[0], out _) ? ends[0].Trim() + unit : ends[0], out from) && from <= MostRate && to <= MostRate;
    }

    private static (double From, double To)? Range(YamlReading reading, YamlNode node, string what)
    {
        if (node is YamlScalarNode { Value: { } text } && TryRange(text, out var from, out var to))
            return (from, to);
        reading.Report(node, $"{what} is {YamlReading.Describe(node)}; expected two rates with .. between, such as 500..5000 or 100..3000/min, at most {Units.Number(MostRate)}/s");
        return null;
    }

    private static double? Rate(YamlReading reading, YamlNode node, string what)
    {
        if (reading.Rate(node, what) is not { } rate)
            return null;
        if (rate <= MostRate)
            return rate;
        reading.Report(node, $"{what} is {YamlReading.Describe(node)}; expected at most {Units.Number(MostRate)}/s");
        return null;
    }
}
