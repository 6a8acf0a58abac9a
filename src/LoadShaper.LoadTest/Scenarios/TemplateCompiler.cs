using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Scenarios;

/// <summary>
/// Turns `/items/${id}` into a template. A name is looked up in the values extracted by earlier steps of the flow, the
/// step's data file, the scenario's data file, the scenario's variables and the built-in names, in this order;
/// `${env.NAME}` is the value of an environment variable.
/// </summary>
internal sealed class TemplateCompiler(
    IReadOnlyDictionary<string, string> environment,
    IReadOnlyDictionary<string, string> variables,
    IReadOnlyList<DataTable> tables)
{
    private static readonly string[] BuiltIn = ["index", "random"];

    /// <summary>Null after a problem, which was handed to <paramref name="report"/>.</summary>
    /// <param name="extracted">Names that earlier steps of the flow extract.</param>
    /// <param name="scope">Indices of the tables in reach, the nearest first.</param>
    public Template? Compile(string text, IReadOnlyCollection<string> extracted, IReadOnlyList<int> scope, Action<string> report) =>
        Compile(text, extracted, scope, report, 0) is { } parts ? Template.Of(parts) : null;

    private List<TemplatePart>? Compile(string text, IReadOnlyCollection<string> extracted, IReadOnlyList<int> scope, Action<string> report, int depth)
    {
        if (VariableText.IsUnclosed(text))
        {
            report($"\"{text}\" has a ${{ without its }}; write $${{ for a literal ${{");
            return null;
        }
        var parts = new List<TemplatePart>();
        var failed = false;
        foreach (var (literal, name) in VariableText.Split(text))
        {
            if (name is null)
                parts.Add(TemplatePart.Text(literal));
            else if (extracted.Contains(name))
                parts.Add(TemplatePart.Of(Variable.Extracted(name)));
            else if (Column(name, scope) is { } column)
                parts.Add(TemplatePart.Of(column));
            else if (variables.TryGetValue(name, out var value))
            {
                if (depth < 8 && Compile(value, [], [], report, depth + 1) is { } inner)
                    parts.AddRange(inner);
                else
                {
                    if (depth >= 8)
                        report($"variable \"{name}\" refers to itself");
                    failed = true;
                }
            }
            else if (name.StartsWith("env.", StringComparison.Ordinal))
            {
                if (environment.TryGetValue(name[4..], out var set))
                    parts.Add(TemplatePart.Text(set));
                else
                    Fail($"environment variable {name[4..]} is not set; the scenario uses ${{{name}}}");
            }
            else if (name == "index")
                parts.Add(TemplatePart.Of(Variable.Index(name)));
            else if (name == "random")
                parts.Add(TemplatePart.Of(Variable.Random(name)));
            else
                Fail($"unknown variable \"{name}\" in \"{text}\"; expected {Known(extracted, scope)}");
        }
        return failed ? null : parts;

        void Fail(string problem)
        {
            report(problem);
            failed = true;
        }
    }

    private Variable? Column(string name, IReadOnlyList<int> scope)
    {
        foreach (var table in scope)
            for (var column = 0; column < tables[table].Columns.Count; column++)
                if (tables[table].Columns[column] == name)
                    return Variable.OfColumn(name, table, column);
        return null;
    }

    private string Known(IReadOnlyCollection<string> extracted, IReadOnlyList<int> scope)
    {
        var names = extracted.Concat(scope.SelectMany(t => tables[t].Columns)).Concat(variables.Keys).Concat(BuiltIn).Distinct();
        return $"{string.Join(", ", names)} or env.NAME";
    }
}
