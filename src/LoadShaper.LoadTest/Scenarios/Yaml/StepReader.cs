using System.Text;
using LoadShaper.LoadTest.Plan;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Scenarios.Yaml;

/// <summary>
/// Reads `steps`. Steps without weights are one flow and run one after the other; with weights each is a flow of its own,
/// and an arrival executes one of them.
/// </summary>
internal sealed class StepReader(YamlReading reading, ScenarioContext context)
{
    public const string Expected = "a list of steps such as {name: item, get: /items/1}";
    private const int MostBody = 64 << 20;

    private static readonly string[] Methods = ["get", "head", "post", "put", "patch", "delete", "options"];
    private static readonly string[] Keys =
    [
        "name", .. Methods, "echo", "target", "headers", "body", "body_file", "body_size", "data", "expect", "extract", "timeout", "keep_alive", "weight",
    ];

    private readonly HashSet<string> _names = [];

    public IReadOnlyList<Flow> Read(YamlNode node)
    {
        var items = reading.Items(node, "steps", Expected);
        if (node is YamlSequenceNode && items.Count == 0)
            reading.Report(node, $"steps is an empty list; expected {Expected}");
        var weighted = items.OfType<YamlMappingNode>().Any(m => m.Children.ContainsKey(new YamlScalarNode("weight")));
        var extracted = new HashSet<string>();
        var steps = new List<(LoadStep Step, double Weight)>();
        foreach (var item in items)
        {
            if (weighted)
                extracted.Clear();
            if (Step(item, extracted, weighted, steps.Count + 1) is { } step)
                steps.Add(step);
        }
        if (steps.Count == 0)
            return [];
        return weighted
            ? [.. steps.Select(s => Flow.Of(s.Step, s.Weight))]
            : [new Flow(steps.Count == 1 ? steps[0].Step.Name : "flow", 1, [.. steps.Select(s => s.Step)])];
    }

    private (LoadStep, double)? Step(YamlNode node, HashSet<string> extracted, bool weighted, int number)
    {
        if (reading.Map(node, "a step", Keys) is not { } map)
            return null;
        var actions = Methods.Append("echo").Where(map.ContainsKey).ToArray();
        if (actions.Length != 1)
        {
            reading.Report(node, actions.Length == 0
                ? $"the step sends nothing; expected one of {string.Join(", ", Methods)} or echo"
                : $"the step has {string.Join(" and ", actions)}; expected one of them");
            return null;
        }
        double? weight = 1;
        if (weighted)
        {
            weight = map.TryGetValue("weight", out var weightNode) ? Weight(weightNode) : null;
            if (weightNode is null)
                reading.Report(node, "the step has no weight, but another has; expected a weight on every step or on none");
        }
        var action = actions[0];
        var step = action == "echo" ? Echo(map) : Http(map, action, extracted);
        if (step is null || weight is null)
            return null;
        var name = map.TryGetValue("name", out var nameNode) ? reading.Text(nameNode, "name") : DefaultName(action, map, number);
        if (name is null)
            return null;
        if (!_names.Add(name))
        {
            reading.Report(nameNode ?? node, $"a second step with the name \"{name}\"; expected distinct names, because each names a row of the results");
            return null;
        }
        if (map.TryGetValue("timeout", out var timeout))
            step = step with { Timeouts = Timeouts(reading, timeout, context.Timeouts) };
        return (step with { Name = name }, weight.Value);
    }

    private LoadStep? Http(IReadOnlyDictionary<string, YamlNode> map, string action, HashSet<string> extracted)
    {
        var scope = map.TryGetValue("data", out var data) && context.Table(reading, data) is { } own ? [own, .. context.Scope] : context.Scope;
        if (Target(map, action, echo: false) is not var (target, prefix)
            || reading.Text(map[action], action, "a path such as /items/${id}") is not { } path)
            return null;
        if (path.Any(c => c <= ' '))
        {
            reading.Report(map[action], $"{action} is \"{path}\"; expected a path without spaces (write %20)");
            return null;
        }
        var compiled = Compile(map[action], path, extracted, scope);
        if (compiled is not null && !(compiled.Parts is [var first, ..] && first.Literal.Span.StartsWith("/"u8)))
        {
            reading.Report(map[action], $"{action} is \"{path}\"; expected a path that starts with /");
            return null;
        }
        var headers = new List<HeaderTemplate>(context.Headers(reading, extracted, scope));
        if (map.TryGetValue("headers", out var headersNode))
            AddHeaders(reading, headersNode, (at, text) => Compile(at, text, extracted, scope), headers);
        var body = Body(map, extracted, scope);
        var step = new HttpStep
        {
            Name = "",
            Target = target,
            Method = action.ToUpperInvariant(),
            Path = Template.Of([TemplatePart.Text(prefix), .. compiled?.Parts ?? []]),
            Headers = headers,
            Body = body,
            Expect = map.TryGetValue("expect", out var expect) ? ExpectReader.Read(reading, expect) : HttpExpectation.Default,
            Extract = map.TryGetValue("extract", out var extract) ? ExpectReader.ReadExtract(reading, extract) : [],
            KeepAlive = !map.TryGetValue("keep_alive", out var keep) || (reading.Flag(keep, "keep_alive") ?? true),
        };
        if (action == "head" && (step.Expect.BodyContains.Count > 0 || step.Expect.Json.Count > 0 || step.Extract.Any(e => e.JsonPath is not null)))
            reading.Report(map[action], "head has no response body; expected no body or json in expect and extract");
        foreach (var extraction in step.Extract)
            extracted.Add(extraction.Variable);
        return compiled is null ? null : step;
    }

    internal static void AddHeaders(YamlReading reading, YamlNode node, Func<YamlNode, string, Template?> compile, List<HeaderTemplate> headers)
    {
        foreach (var (name, at, value) in reading.Texts(node, "headers"))
        {
            if (name == "" || name.Any(c => !char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c)))
                reading.Report(at, $"\"{name}\" is not a header name; expected letters, digits and -");
            else if (value.Any(c => c is '\r' or '\n' or '\0'))
                reading.Report(at, $"header \"{name}\" has a line break in its value; expected one line");
            else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
                reading.Report(at, "header \"Transfer-Encoding\" cannot be set; bodies are sent with Content-Length");
            else if (compile(at, value) is { } template)
            {
                headers.RemoveAll(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
                headers.Add(new HeaderTemplate(name, template));
            }
        }
    }

    private Template? Body(IReadOnlyDictionary<string, YamlNode> map, HashSet<string> extracted, IReadOnlyList<int> scope)
    {
        var sources = ((string[])["body", "body_file", "body_size"]).Where(map.ContainsKey).ToArray();
        if (sources.Length > 1)
        {
            reading.Report(map[sources[1]], $"the step has {string.Join(" and ", sources)}; expected one of them");
            return null;
        }
        if (map.TryGetValue("body", out var body))
            return reading.Text(body, "body") is { } text ? Compile(body, text, extracted, scope) : null;
        if (map.TryGetValue("body_size", out var size) && reading.Size(size, "body_size") is { } bytes)
        {
            if (bytes <= MostBody)
                return Template.Literal(Encoding.ASCII.GetBytes(new string('X', (int)bytes)));
            reading.Report(size, $"body_size is {YamlReading.Describe(size)}; expected at most {Units.FormatSize(MostBody)}");
        }
        if (map.TryGetValue("body_file", out var file) && reading.Text(file, "body_file", "a file") is { } path)
            return context.ReadFile(reading, file, path) is { } content ? Compile(file, content, extracted, scope) : null;
        return null;
    }

    private LoadStep? Echo(IReadOnlyDictionary<string, YamlNode> map)
    {
        foreach (var key in map.Keys.Except(["name", "echo", "target", "timeout", "weight"]))
            reading.Report(map[key], $"{key} belongs to an HTTP step; this one is an echo");
        var size = reading.Size(map["echo"], "echo");
        if (size is < 16 or > 65_000)
        {
            reading.Report(map["echo"], $"echo is {YamlReading.Describe(map["echo"])}; expected a message size from 16 to 65000 bytes");
            size = null;
        }
        return Target(map, "echo", echo: true) is var (target, _) && size is not null
            ? new EchoStep { Name = "", Target = target, PayloadBytes = (int)size.Value }
            : null;
    }

    private (int Index, string Prefix)? Target(IReadOnlyDictionary<string, YamlNode> map, string action, bool echo)
    {
        if (!map.TryGetValue("target", out var node))
            return context.DefaultTarget(reading, map[action], echo);
        return reading.Text(node, "target", TargetUrl.Expected) is { } text ? context.Target(reading, node, text, echo) : null;
    }

    private Template? Compile(YamlNode at, string text, IReadOnlyCollection<string> extracted, IReadOnlyList<int> scope) =>
        context.Compiler.Compile(text, extracted, scope, problem => reading.Report(at, problem));

    private double? Weight(YamlNode node)
    {
        if (node is YamlScalarNode { Value: { } text } && Units.TryNumber(text, out var weight) && weight > 0)
            return weight;
        reading.Report(node, $"weight is {YamlReading.Describe(node)}; expected a number above 0");
        return null;
    }

    internal static RequestTimeouts? Timeouts(YamlReading reading, YamlNode node, RequestTimeouts fallback)
    {
        if (node is YamlScalarNode)
            return Timeout(reading, node, "timeout") is { } all ? RequestTimeouts.OfTotal(all) : null;
        if (reading.Map(node, "timeout", "connect", "send", "first_byte", "total") is not { } map)
            return null;
        TimeSpan Part(string key, TimeSpan otherwise) => map.TryGetValue(key, out var part) ? Timeout(reading, part, key) ?? otherwise : otherwise;
        var total = Part("total", fallback.Total);
        TimeSpan Within(string key, TimeSpan otherwise) => Part(key, otherwise < total ? otherwise : total);
        return new RequestTimeouts(Within("connect", fallback.Connect), Within("send", fallback.Send), Within("first_byte", fallback.FirstByte), total);
    }

    private static TimeSpan? Timeout(YamlReading reading, YamlNode node, string what)
    {
        if (reading.Duration(node, what) is not { } timeout)
            return null;
        if (timeout <= TimeSpan.FromMinutes(10))
            return timeout;
        reading.Report(node, $"{what} is {YamlReading.Describe(node)}; expected at most 10m");
        return null;
    }

    private static string DefaultName(string action, IReadOnlyDictionary<string, YamlNode> map, int number) =>
        action == "echo" ? $"echo {number}" : $"{action.ToUpperInvariant()} {(map[action] as YamlScalarNode)?.Value?.Split('?')[0]}";
}
