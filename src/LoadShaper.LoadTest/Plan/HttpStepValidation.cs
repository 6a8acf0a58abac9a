using System.Buffers;

namespace LoadShaper.LoadTest.Plan;

internal static class HttpStepValidation
{
    private const string TokenCharacters = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> Token = SearchValues.Create(TokenCharacters);
    private static readonly SearchValues<byte> LineBreaks = SearchValues.Create("\r\n\0"u8);
    private static readonly SearchValues<byte> NotInPath = SearchValues.Create("\r\n\0 "u8);

    /// <param name="known">Variables that earlier steps of the flow extract; those of this step are added.</param>
    internal static void Validate(RunPlan plan, HttpStep step, HashSet<string> known, List<string> problems)
    {
        if (!IsToken(step.Method) || step.Method == "CONNECT")
            problems.Add($"{step.Name}: method is '{step.Method}'; expected a token such as GET, not CONNECT");
        var first = step.Path.Parts.Count == 0 ? default : step.Path.Parts[0];
        if (first.Variable is not null || first.Literal.IsEmpty || first.Literal.Span[0] != '/')
            problems.Add($"{step.Name}: path is '{step.Path}'; expected to start with '/'");
        if (Contains(step.Path, NotInPath))
            problems.Add($"{step.Name}: path '{step.Path}' contains a space or a line break; encode it (%20)");
        foreach (var header in step.Headers)
        {
            if (!IsToken(header.Name))
                problems.Add($"{step.Name}: header name '{header.Name}' is not a token");
            else if (header.Name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
                problems.Add($"{step.Name}: header Transfer-Encoding is not supported; bodies are sent with Content-Length");
            if (Contains(header.Value, LineBreaks))
                problems.Add($"{step.Name}: header {header.Name} contains a line break");
        }

        if (step.BodyCaptureLimit is < 0 or > 1 << 20)
            problems.Add($"{step.Name}: body capture limit is {step.BodyCaptureLimit}; expected 0 to 1048576 bytes");
        if (step.Expect.Status.Count == 0 || step.Expect.Status.Any(range => range.First > range.Last || range.First < 100 || range.Last > 999))
            problems.Add($"{step.Name}: expected status must be at least one range within 100 to 999");
        foreach (var json in step.Expect.Json)
            CheckPath(step, json.Path, problems);
        foreach (var variable in Templates(step).SelectMany(t => t.Parts).Select(p => p.Variable).OfType<Variable>())
            Check(plan, step, variable, known, problems);
        foreach (var extraction in step.Extract)
            Check(step, extraction, known, problems);
    }

    internal static IEnumerable<Template> Templates(HttpStep step)
    {
        yield return step.Path;
        foreach (var header in step.Headers)
            yield return header.Value;
        if (step.Body is { } body)
            yield return body;
    }

    private static void Check(RunPlan plan, HttpStep step, Variable variable, HashSet<string> known, List<string> problems)
    {
        if (variable.Source == VariableSource.Extracted && !known.Contains(variable.Name))
            problems.Add($"{step.Name}: variable '{variable.Name}' is not extracted by an earlier step of the flow");
        if (variable.Source != VariableSource.Column)
            return;
        if (variable.Table < 0 || variable.Table >= plan.Data.Count)
            problems.Add($"{step.Name}: variable '{variable.Name}' reads table {variable.Table}; there are {plan.Data.Count}");
        else if (variable.Column < 0 || variable.Column >= plan.Data[variable.Table].Columns.Count)
            problems.Add($"{step.Name}: variable '{variable.Name}' reads column {variable.Column}; {plan.Data[variable.Table].Name} has {plan.Data[variable.Table].Columns.Count}");
        else if (plan.Data[variable.Table].Rows == 0)
            problems.Add($"{step.Name}: {plan.Data[variable.Table].Name} has no rows");
    }

    private static void Check(HttpStep step, Extraction extraction, HashSet<string> known, List<string> problems)
    {
        if (extraction.HeaderName is null == extraction.JsonPath is null)
            problems.Add($"{step.Name}: extraction of '{extraction.Variable}' needs exactly one of a header name and a JSON path");
        if (extraction.JsonPath is { } path)
            CheckPath(step, path, problems);
        known.Add(extraction.Variable);
    }

    private static void CheckPath(HttpStep step, string path, List<string> problems)
    {
        if (!JsonPath.TryParse(path, out _))
            problems.Add($"{step.Name}: JSON path '{path}' is not of the form $.name[0].name");
    }

    private static bool IsToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Token);

    private static bool Contains(Template template, SearchValues<byte> bytes) =>
        template.Parts.Any(part => part.Literal.Span.ContainsAny(bytes));
}
