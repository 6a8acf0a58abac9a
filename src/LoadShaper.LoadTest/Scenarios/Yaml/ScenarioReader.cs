using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Thresholds;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Scenarios.Yaml;

/// <summary>Reads a scenario file. Pure apart from <paramref name="readFile"/>, which reads data and body files.</summary>
internal sealed class ScenarioReader(string source, Func<string, FileText> readFile, IReadOnlyDictionary<string, string> environment)
{
    private static readonly string[] Keys =
    [
        "name", "target", "load", "steps", "data", "variables", "headers", "connections", "arrival", "timeout", "warmup", "drain", "seed",
        "max_rss", "batch", "percentiles", "max_series", "late_after", "threads", "http_version", "insecure", "thresholds", "abort_on", "faults", "before", "after",
    ];

    private readonly YamlReading _reading = new(source);
    private readonly Dictionary<Threshold, (long Line, long Column)> _places = [];

    /// <summary>Without a `load` key the plan has no phases; the caller fills them in or reports it.</summary>
    /// <exception cref="ScenarioException">All problems of the file.</exception>
    public Scenario Read(string name, string text, string? targetOverride = null)
    {
        var scenario = _reading.Load(text) is { } root ? Read(name, root, targetOverride) : null;
        return _reading.Problems.Count == 0 ? scenario! : throw new ScenarioException([.. _reading.Problems.Distinct().OrderBy(p => p.Source == source ? 0 : 1).ThenBy(p => p.Line).ThenBy(p => p.Column)]);
    }

    private Scenario? Read(string name, YamlMappingNode root, string? targetOverride)
    {
        if (targetOverride is not null)
            root.Children[new YamlScalarNode("target")] = new YamlScalarNode(targetOverride);
        if (_reading.Map(root, "the scenario", Keys) is not { } map)
            return null;
        var timeouts = map.TryGetValue("timeout", out var timeout) ? StepReader.Timeouts(_reading, timeout, RequestTimeouts.Default) : null;
        var targetNode = map.GetValueOrDefault("target");
        var context = new ScenarioContext(readFile, environment, Variables(map))
        {
            TargetNode = targetNode,
            TargetText = targetNode is null ? null : _reading.Text(targetNode, "target", TargetUrl.Expected),
            HeadersNode = map.GetValueOrDefault("headers"),
            Http2 = map.TryGetValue("http_version", out var version) && (_reading.Choice(version, "http_version", ("1.1", false), ("2", true)) ?? false),
            AnyCertificate = map.TryGetValue("insecure", out var insecure) && (_reading.Flag(insecure, "insecure") ?? false),
            Timeouts = timeouts ?? RequestTimeouts.Default,
        };
        if (map.TryGetValue("data", out var data) && context.Table(_reading, data) is { } table)
            context.Scope = [table];
        IReadOnlyList<Flow> flows = [];
        if (map.TryGetValue("steps", out var steps))
            flows = new StepReader(_reading, context).Read(steps);
        else
            _reading.Report(root, $"the scenario has no steps; expected {StepReader.Expected}");

        var plan = new RunPlan { Targets = context.Targets, Flows = flows, Phases = map.TryGetValue("load", out var load) ? LoadReader.Read(_reading, load) : [], Data = context.Tables, Timeouts = context.Timeouts };
        return new Scenario
        {
            Name = map.TryGetValue("name", out var title) ? _reading.Text(title, "name") ?? name : name,
            Source = source,
            Plan = Settings(map, plan),
            Thresholds = Conditions(map, "thresholds"),
            AbortOn = Conditions(map, "abort_on"),
            Faults = map.TryGetValue("faults", out var faults) ? ScenarioFaults.Read(_reading, faults, readFile) : null,
            FaultsPlace = faults is null ? default : (faults.Start.Line, faults.Start.Column),
            Before = Commands(map, "before"),
            After = Commands(map, "after"),
            Root = root,
            Places = _places,
        };
    }

    private RunPlan Settings(IReadOnlyDictionary<string, YamlNode> map, RunPlan plan)
    {
        foreach (var (key, node) in map)
            plan = key switch
            {
                "connections" => plan with { Connections = _reading.Integer(node, key, 1, 65_000) ?? plan.Connections },
                "arrival" => plan with { Arrival = _reading.Choice(node, key, ("uniform", ArrivalProcess.Uniform), ("poisson", ArrivalProcess.Poisson)) ?? plan.Arrival },
                "warmup" => plan with { Warmup = _reading.Duration(node, key, allowZero: true) ?? plan.Warmup },
                "drain" => plan with { Drain = _reading.Duration(node, key, allowZero: true) },
                "seed" => plan with { Seed = _reading.Seed(node) },
                "max_rss" => plan with { MemoryLimitBytes = MemoryLimit(node) },
                "batch" => plan with { Batch = _reading.Duration(node, key, allowZero: true) ?? plan.Batch },
                "percentiles" => plan with { Percentiles = Percentiles(node) },
                "max_series" => plan with { MaxSeries = _reading.Integer(node, key, 1, 1_000) ?? plan.MaxSeries },
                "late_after" => plan with { LateAfter = _reading.Duration(node, key) ?? plan.LateAfter },
                "threads" => plan with { EngineThreads = _reading.Integer(node, key, 1, 256) },
                _ => plan,
            };
        return plan;
    }

    private long? MemoryLimit(YamlNode node)
    {
        if (_reading.Size(node, "max_rss") is not { } bytes)
            return null;
        if (bytes >= ScenarioOverrides.LeastMemory)
            return bytes;
        _reading.Report(node, $"max_rss is {YamlReading.Describe(node)}; expected at least {Units.FormatSize(ScenarioOverrides.LeastMemory)}");
        return null;
    }

    /// <summary>`on`, `off`, `{window: 1m}` or `{sample: 10%}`.</summary>
    private PercentileTracking Percentiles(YamlNode node)
    {
        if (node is YamlScalarNode)
            return _reading.Choice(node, "percentiles", ("on", false), ("off", true), ("{window: 1m}", false), ("{sample: 10%}", false)) == true ? PercentileTracking.Off : PercentileTracking.Full;
        if (_reading.Map(node, "percentiles", "window", "sample") is not { } map)
            return PercentileTracking.Full;
        if (map.Count != 1)
            _reading.Report(node, "percentiles has window and sample; expected on, off, {window: 1m} or {sample: 10%}");
        else if (map.TryGetValue("window", out var window) && _reading.Duration(window, "window") is { } length)
            return PercentileTracking.Windowed(length);
        else if (map.TryGetValue("sample", out var sample) && _reading.Share(sample, "sample") is { } share)
            return PercentileTracking.Sampled(share);
        return PercentileTracking.Full;
    }

    private Dictionary<string, string> Variables(IReadOnlyDictionary<string, YamlNode> map)
    {
        var variables = new Dictionary<string, string>();
        if (!map.TryGetValue("variables", out var node))
            return variables;
        foreach (var (name, at, value) in _reading.Texts(node, "variables"))
            if (VariableText.IsName(name))
                variables[name] = value;
            else
                _reading.Report(at, $"\"{name}\" is not a variable; expected {VariableText.NameExpected}");
        return variables;
    }

    private IReadOnlyList<Threshold> Conditions(IReadOnlyDictionary<string, YamlNode> map, string key)
    {
        var conditions = new List<Threshold>();
        if (map.TryGetValue(key, out var node))
            foreach (var item in _reading.Items(node, key, $"a list of {Threshold.Expected}"))
                if (_reading.Text(item, key, Threshold.Expected) is { } text)
                {
                    if (Threshold.Parse(text, out var problem) is { } condition)
                    {
                        conditions.Add(condition);
                        _places[condition] = (item.Start.Line, item.Start.Column);
                    }
                    else
                        _reading.Report(item, problem);
                }
        return conditions;
    }

    private IReadOnlyList<string> Commands(IReadOnlyDictionary<string, YamlNode> map, string key) =>
        map.TryGetValue(key, out var node) ? [.. _reading.Items(node, key, "a list of shell commands").Select(n => _reading.Text(n, key, "a shell command")).OfType<string>()] : [];
}
