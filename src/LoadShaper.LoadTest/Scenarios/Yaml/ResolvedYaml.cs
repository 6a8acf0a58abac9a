using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Plan;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Scenarios.Yaml;

/// <summary>
/// Writes scenario.resolved.yaml: the scenario with every default, environment value and flag in place, so that
/// `load run scenario.resolved.yaml` does the same again. `${env.NAME}` is not replaced, because it may be a secret.
/// </summary>
public static class ResolvedYaml
{
    /// <param name="directory">Of the scenario file; data and body files are written with full paths.</param>
    public static string Write(Scenario scenario, string directory)
    {
        var plan = scenario.Plan;
        var root = (YamlMappingNode)Copy(scenario.Root, directory);
        if (plan.Targets.Count > 0 && !root.Children.ContainsKey("target"))
            Set(root, "target", plan.Targets[0].Name);
        Set(root, "name", scenario.Name);
        root.Children[new YamlScalarNode("load")] = new YamlSequenceNode(plan.Phases.Select(Phase));
        Set(root, "connections", plan.Connections.ToString());
        Set(root, "arrival", plan.Arrival == ArrivalProcess.Poisson ? "poisson" : "uniform");
        root.Children[new YamlScalarNode("timeout")] = Flow(
            ("connect", Units.Format(plan.Timeouts.Connect)), ("send", Units.Format(plan.Timeouts.Send)),
            ("first_byte", Units.Format(plan.Timeouts.FirstByte)), ("total", Units.Format(plan.Timeouts.Total)));
        Set(root, "warmup", Units.Format(plan.Warmup));
        if (plan.Drain is { } drain)
            Set(root, "drain", Units.Format(drain));
        Set(root, "seed", plan.Seed.ToString());
        if (plan.MemoryLimitBytes is { } limit)
            Set(root, "max_rss", Units.FormatSize(limit));
        Set(root, "batch", Units.Format(plan.Batch));
        root.Children[new YamlScalarNode("percentiles")] = plan.Percentiles.Mode switch
        {
            PercentileMode.Off => new YamlScalarNode("off"),
            PercentileMode.Windowed => Flow(("window", Units.Format(plan.Percentiles.Window))),
            PercentileMode.Sampled => Flow(("sample", Units.Number(plan.Percentiles.Rate))),
            _ => new YamlScalarNode("on"),
        };
        Set(root, "max_series", plan.MaxSeries.ToString());
        Set(root, "late_after", Units.Format(plan.LateAfter));
        if (scenario.Faults is { } faults)
        {
            var node = PolicyFormatter.ToYaml(faults.Policy);
            node.Add("name", faults.Policy.Name);
            node.Add("seed", faults.Seed.ToString());
            root.Children[new YamlScalarNode("faults")] = node;
        }
        SetList(root, "thresholds", scenario.Thresholds.Select(t => t.Text));
        SetList(root, "abort_on", scenario.AbortOn.Select(t => t.Text));
        return Write(root);
    }

    internal static string Write(YamlMappingNode root)
    {
        var text = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(root)).Save(new Emitter(text), assignAnchors: false);
        var written = text.ToString().ReplaceLineEndings("\n");
        return written.EndsWith("...\n", StringComparison.Ordinal) ? written[..^4] : written;
    }

    /// <summary>One phase as the scenario file writes it.</summary>
    internal static YamlMappingNode Phase(LoadPhase phase)
    {
        var keys = new List<(string, string)>();
        if (phase.Name is { } name)
            keys.Add(("name", name));
        switch (phase)
        {
            case ConstantRate constant:
                keys.Add(("rps", Units.FormatRate(constant.Rate)));
                break;
            case RampRate ramp:
                keys.Add(("ramp", $"{Units.FormatRate(ramp.From)}..{Units.FormatRate(ramp.To)}"));
                break;
            case RampHoldRamp ramp:
                keys.Add(("ramp_rps", $"{Units.FormatRate(ramp.Min)}..{Units.FormatRate(ramp.Max)}"));
                break;
            case SpikeRate spike:
                keys.AddRange([("spike", $"{Units.FormatRate(spike.Base)}..{Units.FormatRate(spike.Peak)}"), ("at", Units.Format(spike.At)), ("spike_for", Units.Format(spike.For))]);
                break;
            case ClosedUsers users:
                keys.AddRange([("users", users.Users.ToString()), ("think_time", $"{Units.Format(users.Think.Min)}..{Units.Format(users.Think.Max)}")]);
                if (users.SpawnRate > 0)
                    keys.Add(("spawn_rate", Units.FormatRate(users.SpawnRate)));
                break;
        }
        var node = Flow([.. keys]);
        if (phase is StepRates steps)
            node.Add("steps", new YamlSequenceNode(steps.Rates.Select(r => new YamlScalarNode(Units.FormatRate(r)))) { Style = SequenceStyle.Flow });
        node.Add("for", Units.Format(phase.Duration));
        return node;
    }

    private static YamlNode Copy(YamlNode node, string directory) => node switch
    {
        YamlMappingNode map => Mapping(map, directory),
        YamlSequenceNode list => new YamlSequenceNode(list.Children.Select(c => Copy(c, directory))) { Style = list.Style },
        YamlScalarNode scalar => new YamlScalarNode(scalar.Value) { Style = scalar.Style == ScalarStyle.Any ? ScalarStyle.Plain : scalar.Style },
        _ => node,
    };

    private static YamlMappingNode Mapping(YamlMappingNode map, string directory)
    {
        var copy = new YamlMappingNode { Style = map.Style };
        foreach (var (key, value) in map.Children)
            copy.Add(Copy(key, directory), key is YamlScalarNode { Value: "data" or "file" or "body_file" } && value is YamlScalarNode { Value: { } path }
                ? new YamlScalarNode(Path.GetFullPath(Path.Combine(directory, path)))
                : Copy(value, directory));
        return copy;
    }

    private static YamlMappingNode Flow(params (string Key, string Value)[] entries)
    {
        var node = new YamlMappingNode { Style = MappingStyle.Flow };
        foreach (var (key, value) in entries)
            node.Add(key, value);
        return node;
    }

    private static void Set(YamlMappingNode root, string key, string value) => root.Children[new YamlScalarNode(key)] = new YamlScalarNode(value);

    private static void SetList(YamlMappingNode root, string key, IEnumerable<string> values)
    {
        var items = values.Select(v => new YamlScalarNode(v) { Style = ScalarStyle.DoubleQuoted }).ToArray();
        if (items.Length > 0)
            root.Children[new YamlScalarNode(key)] = new YamlSequenceNode(items.Cast<YamlNode>());
    }
}
