using System.Globalization;
using LoadShaper.LoadTest.Plan;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Scenarios.Yaml;

/// <summary>Reads `expect` and `extract` of a step.</summary>
internal static class ExpectReader
{
    private const string StatusExpected = "a status such as 200, 2xx or 200-299, or a list of them";

    public static HttpExpectation Read(YamlReading reading, YamlNode node)
    {
        if (reading.Map(node, "expect", "status", "headers", "body", "json", "within") is not { } map)
            return HttpExpectation.Default;
        var expectation = HttpExpectation.Default;
        if (map.TryGetValue("status", out var status))
            expectation = expectation with { Status = [.. (status is YamlSequenceNode list ? list.Children : [status]).Select(n => Status(reading, n)).OfType<StatusRange>()] };
        if (map.TryGetValue("headers", out var headers))
            expectation = expectation with { Headers = Headers(reading, headers) };
        if (map.TryGetValue("body", out var body))
            expectation = expectation with { BodyContains = [.. (body is YamlSequenceNode texts ? texts.Children : [body]).Select(n => reading.Text(n, "body", "a text that the body contains")).OfType<string>()] };
        if (map.TryGetValue("json", out var json))
            expectation = expectation with { Json = Json(reading, json) };
        if (map.TryGetValue("within", out var within) && reading.Duration(within, "within") is { } time)
            expectation = expectation with { MaxServiceTime = time };
        return expectation;
    }

    public static IReadOnlyList<Extraction> ReadExtract(YamlReading reading, YamlNode node)
    {
        if (node is not YamlMappingNode map)
        {
            reading.Report(node, $"extract is {YamlReading.Describe(node)}; expected a mapping of variables, such as token: {{json: $.token}}");
            return [];
        }
        var extractions = new List<Extraction>();
        foreach (var (key, value) in map.Children)
        {
            var name = reading.Text(key, "a variable's name");
            if (name is null)
                continue;
            if (!VariableText.IsName(name))
            {
                reading.Report(key, $"\"{name}\" is not a variable; expected {VariableText.NameExpected}");
                continue;
            }
            if (reading.Map(value, $"extract \"{name}\"", "json", "header") is not { } source)
                continue;
            if (source.Count != 1)
                reading.Report(value, $"extract \"{name}\" has {(source.Count == 0 ? "no source" : "json and header")}; expected one of json or header");
            else if (source.TryGetValue("json", out var path) && JsonPath(reading, path) is { } json)
                extractions.Add(Extraction.Json(name, json));
            else if (source.TryGetValue("header", out var header) && reading.Text(header, "header") is { } headerName)
                extractions.Add(Extraction.Header(name, headerName));
        }
        return extractions;
    }

    private static StatusRange? Status(YamlReading reading, YamlNode node)
    {
        var text = node is YamlScalarNode scalar ? scalar.Value ?? "" : "";
        if (text.Length == 3 && text.EndsWith("xx", StringComparison.OrdinalIgnoreCase) && text[0] is >= '1' and <= '5')
            return new StatusRange((text[0] - '0') * 100, (text[0] - '0') * 100 + 99);
        var ends = text.Split('-');
        if (ends.Length <= 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && first is >= 100 and <= 599 && last >= first && last <= 599)
            return new StatusRange(first, last);
        reading.Report(node, $"status is {YamlReading.Describe(node)}; expected {StatusExpected}");
        return null;
    }

    private static IReadOnlyList<HeaderExpectation> Headers(YamlReading reading, YamlNode node) => node is YamlSequenceNode list
        ? [.. list.Children.Select(n => reading.Text(n, "a header", "a header's name")).OfType<string>().Select(n => new HeaderExpectation(n, null))]
        : [.. reading.Texts(node, "headers").Select(h => new HeaderExpectation(h.Name, h.Value))];

    private static IReadOnlyList<JsonExpectation> Json(YamlReading reading, YamlNode node)
    {
        if (node is YamlSequenceNode list)
            return [.. list.Children.Select(n => JsonPath(reading, n)).OfType<string>().Select(p => new JsonExpectation(p, null))];
        if (node is not YamlMappingNode map)
        {
            reading.Report(node, $"json is {YamlReading.Describe(node)}; expected paths with values, such as $.status: ok");
            return [];
        }
        var expectations = new List<JsonExpectation>();
        foreach (var (key, value) in map.Children)
            if (JsonPath(reading, key) is { } path && reading.Text(value, $"json {path}") is { } text)
                expectations.Add(new JsonExpectation(path, text));
        return expectations;
    }

    private static string? JsonPath(YamlReading reading, YamlNode node)
    {
        var text = reading.Text(node, "json", "a path such as $.items[0].id");
        if (text is null || text.StartsWith("$.", StringComparison.Ordinal) || text.StartsWith("$[", StringComparison.Ordinal))
            return text;
        reading.Report(node, $"json is \"{text}\"; expected a path such as $.items[0].id");
        return null;
    }
}
