using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Scenarios.Yaml;

/// <summary>Reads typed values out of YAML nodes and collects every problem with its line and column.</summary>
internal sealed class YamlReading(string source)
{
    public List<ScenarioProblem> Problems { get; } = [];

    /// <summary>The root mapping of a document; null after a syntax error or for another shape.</summary>
    /// <param name="what">What the document is, for messages.</param>
    /// <param name="keys">The keys that it has to have.</param>
    public YamlMappingNode? Load(string text, string what = "scenario", string keys = "target, load and steps")
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            Problems.Add(new ScenarioProblem(source, e.Start.Line, e.Start.Column, $"not valid YAML: {Reason(e)}"));
            return null;
        }
        if (stream.Documents.Count > 1)
        {
            Report(stream.Documents[1].RootNode, $"a second document; expected one {what} in a file");
            return null;
        }
        if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root)
            return root;
        Problems.Add(new ScenarioProblem(source, 1, 1, $"no {what}; expected a mapping with the keys {keys}"));
        return null;
    }

    public void Report(YamlNode at, string message) =>
        Problems.Add(new ScenarioProblem(source, at.Start.Line, at.Start.Column, message));

    /// <summary>The values of a mapping by key; unknown keys are reported.</summary>
    public IReadOnlyDictionary<string, YamlNode>? Map(YamlNode node, string what, params string[] allowed)
    {
        if (node is not YamlMappingNode map)
        {
            Report(node, $"{what} is {Describe(node)}; expected a mapping with {OneOf(allowed)}");
            return null;
        }
        var values = new Dictionary<string, YamlNode>();
        foreach (var (key, value) in map.Children)
        {
            var name = key is YamlScalarNode { Value: { } text } ? text : "";
            if (allowed.Contains(name))
                values[name] = value;
            else
                Report(key, $"unknown key {Describe(key)} in {what}; {Suggestion(name, allowed)}expected {OneOf(allowed)}");
        }
        return values;
    }

    /// <summary>A mapping of free names to texts, such as headers.</summary>
    public IReadOnlyList<(string Name, YamlNode Node, string Value)> Texts(YamlNode node, string what)
    {
        if (node is not YamlMappingNode map)
        {
            Report(node, $"{what} is {Describe(node)}; expected a mapping of names to values");
            return [];
        }
        var texts = new List<(string, YamlNode, string)>();
        foreach (var (key, value) in map.Children)
            if (Text(key, $"a name in {what}") is { } name && Text(value, $"{what} \"{name}\"") is { } text)
                texts.Add((name, value, text));
        return texts;
    }

    public IReadOnlyList<YamlNode> Items(YamlNode node, string what, string expected)
    {
        if (node is YamlSequenceNode { Children: var children })
            return [.. children];
        Report(node, $"{what} is {Describe(node)}; expected {expected}");
        return [];
    }

    public string? Text(YamlNode node, string what, string expected = "a text")
    {
        if (node is YamlScalarNode { Value: { } text } && !IsNull(node))
            return text;
        Report(node, $"{what} is {Describe(node)}; expected {expected}");
        return null;
    }

    public TimeSpan? Duration(YamlNode node, string what, bool allowZero = false)
    {
        if (node is YamlScalarNode { Value: { } text } && Units.TryDuration(text, out var duration) && (allowZero || duration > TimeSpan.Zero))
            return duration;
        Report(node, $"{what} is {Describe(node)}; expected {Units.DurationExpected}{(allowZero ? "" : ", above 0")}");
        return null;
    }

    public double? Rate(YamlNode node, string what)
    {
        if (node is YamlScalarNode { Value: { } text } && Units.TryRate(text, out var rate))
            return rate;
        Report(node, $"{what} is {Describe(node)}; expected {Units.RateExpected}");
        return null;
    }

    public long? Size(YamlNode node, string what)
    {
        if (node is YamlScalarNode { Value: { } text } && Units.TrySize(text, out var bytes))
            return bytes;
        Report(node, $"{what} is {Describe(node)}; expected {Units.SizeExpected}");
        return null;
    }

    public double? Share(YamlNode node, string what)
    {
        if (node is YamlScalarNode { Value: { } text } && Units.TryShare(text, out var share) && share > 0)
            return share;
        Report(node, $"{what} is {Describe(node)}; expected {Units.ShareExpected}, above 0");
        return null;
    }

    public int? Integer(YamlNode node, string what, int least, int most)
    {
        if (node is YamlScalarNode { Value: { } text } && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Report(node, $"{what} is {Describe(node)}; expected a whole number from {least} to {most}");
        return null;
    }

    public bool? Flag(YamlNode node, string what)
    {
        if (node is YamlScalarNode { Value: "true" or "false" } scalar)
            return scalar.Value == "true";
        Report(node, $"{what} is {Describe(node)}; expected true or false");
        return null;
    }

    public T? Choice<T>(YamlNode node, string what, params (string Name, T Value)[] choices) where T : struct
    {
        foreach (var (name, value) in choices)
            if (node is YamlScalarNode scalar && scalar.Value == name)
                return value;
        Report(node, $"{what} is {Describe(node)}; expected {string.Join(" or ", choices.Select(c => c.Name))}");
        return null;
    }

    /// <summary>"a list", "a mapping", "empty" or the quoted value.</summary>
    public static string Describe(YamlNode node) => node switch
    {
        YamlSequenceNode => "a list",
        YamlMappingNode => "a mapping",
        _ when IsNull(node) => "empty",
        YamlScalarNode { Value: var value } => $"\"{value}\"",
        _ => "an alias",
    };

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private static string OneOf(string[] keys) => keys.Length == 1 ? keys[0] : $"{string.Join(", ", keys[..^1])} or {keys[^1]}";

    private static string Suggestion(string name, string[] allowed) =>
        allowed.Where(a => Distance(a, name) <= 2 && name.Length > 2).MinBy(a => Distance(a, name)) is { } near ? $"did you mean \"{near}\"? " : "";

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[b.Length];
    }

    private static string Reason(YamlException e) => e.InnerException?.Message ?? e.Message;
}
