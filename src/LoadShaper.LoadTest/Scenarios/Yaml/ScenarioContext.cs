using LoadShaper.LoadTest.Plan;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Scenarios.Yaml;

/// <summary>What the steps of a scenario share: targets, data tables, headers, variables and limits.</summary>
internal sealed class ScenarioContext(Func<string, FileText> readFile, IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, string> variables)
{
    private readonly List<LoadTarget> _targets = [];
    private readonly List<DataTable> _tables = [];
    private readonly Dictionary<(string Path, DataOrder Order, DataShare Share), int?> _tableOf = [];
    private TemplateCompiler? _compiler;

    public IReadOnlyList<LoadTarget> Targets => _targets;
    public IReadOnlyList<DataTable> Tables => _tables;

    public required YamlNode? TargetNode { get; init; }
    public required string? TargetText { get; init; }
    public required YamlNode? HeadersNode { get; init; }
    public required bool Http2 { get; init; }
    public required bool AnyCertificate { get; init; }
    public required RequestTimeouts Timeouts { get; init; }

    /// <summary>The scenario's own tables.</summary>
    public IReadOnlyList<int> Scope { get; set; } = [];

    public TemplateCompiler Compiler => _compiler ??= new TemplateCompiler(environment, variables, _tables);

    public (int Index, string Prefix)? DefaultTarget(YamlReading reading, YamlNode at, bool echo)
    {
        if (TargetText is not null)
            return Target(reading, TargetNode ?? at, TargetText, echo);
        if (TargetNode is null)
            reading.Report(at, $"no target for this step; expected the key target beside steps: {TargetUrl.Expected}");
        return null;
    }

    public (int Index, string Prefix)? Target(YamlReading reading, YamlNode at, string text, bool echo)
    {
        if (VariableText.IsUnclosed(text) || Compiler.Compile(text, [], [], p => reading.Report(at, p)) is not { } template)
            return null;
        if (!template.IsLiteral)
        {
            reading.Report(at, $"target \"{text}\" changes from request to request; expected only variables of the scenario and env.NAME");
            return null;
        }
        if (TargetUrl.Parse(template.ToString(), out var problem) is not { } url)
        {
            reading.Report(at, problem);
            return null;
        }
        if (url.Query != "")
        {
            reading.Report(at, $"target \"{text}\" has a query; expected {TargetUrl.Expected}; the query belongs to the path of a step");
            return null;
        }
        if (url.ToTarget(echo, Http2, AnyCertificate) is not { } target)
        {
            reading.Report(at, echo
                ? $"target \"{text}\" cannot serve an echo step; expected tcp://host:port, udp://host:port or unix:///path/to.sock"
                : $"target \"{text}\" cannot serve an HTTP step; expected http://, https:// or unix:///path/to.sock");
            return null;
        }
        var known = _targets.FindIndex(t => t.Name == target.Name && t.Protocol == target.Protocol);
        if (known >= 0)
            return (known, url.PathPrefix);
        _targets.Add(target);
        return (_targets.Count - 1, url.PathPrefix);
    }

    /// <summary>The headers of the scenario, with the variables in reach of a step.</summary>
    public IReadOnlyList<HeaderTemplate> Headers(YamlReading reading, IReadOnlyCollection<string> extracted, IReadOnlyList<int> scope)
    {
        var headers = new List<HeaderTemplate>();
        if (HeadersNode is not null)
            StepReader.AddHeaders(reading, HeadersNode, (at, text) => Compiler.Compile(text, extracted, scope, p => reading.Report(at, p)), headers);
        return headers;
    }

    /// <summary>Index of the table of a data file: `ids.csv` or `{file: ids.csv, order: random}`.</summary>
    public int? Table(YamlReading reading, YamlNode node)
    {
        var fileNode = node;
        var (order, share) = (DataOrder.Sequential, DataShare.All);
        if (node is YamlMappingNode)
        {
            if (reading.Map(node, "data", "file", "order", "share") is not { } map)
                return null;
            if (!map.TryGetValue("file", out fileNode!))
            {
                reading.Report(node, "data has no file; expected {file: ids.csv, order: sequential}");
                return null;
            }
            if (map.TryGetValue("order", out var orderNode))
                order = reading.Choice(orderNode, "order", ("sequential", DataOrder.Sequential), ("random", DataOrder.Random)) ?? order;
            if (map.TryGetValue("share", out var shareNode))
                share = reading.Choice(shareNode, "share", ("all", DataShare.All), ("partition", DataShare.Partition)) ?? share;
        }
        if (reading.Text(fileNode, "data", "a CSV file") is not { } path)
            return null;
        if (_tableOf.TryGetValue((path, order, share), out var known))
            return known;
        return _tableOf[(path, order, share)] = ReadTable(reading, fileNode, path, order, share);
    }

    public string? ReadFile(YamlReading reading, YamlNode at, string path)
    {
        var file = readFile(path);
        if (file.Text is null)
            reading.Report(at, $"file \"{path}\" cannot be read: {file.Error}");
        return file.Text;
    }

    private int? ReadTable(YamlReading reading, YamlNode at, string path, DataOrder order, DataShare share)
    {
        if (ReadFile(reading, at, path) is not { } text)
            return null;
        if (DataFile.Parse(path, text, out var problem) is not { } data)
        {
            reading.Problems.Add(problem!);
            return null;
        }
        var builder = new DataTable.Builder(path, data.Columns, order, share);
        foreach (var row in data.Rows)
            builder.Add(row);
        _tables.Add(builder.Build());
        return _tables.Count - 1;
    }
}

/// <summary>A file's text, or why there is none.</summary>
internal readonly record struct FileText(string? Text, string? Error);
