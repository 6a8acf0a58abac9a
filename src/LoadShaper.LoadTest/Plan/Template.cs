using System.Text;

namespace LoadShaper.LoadTest.Plan;

/// <summary>Bytes with variables in them. Built once; the engine fills it per request without allocating.</summary>
public sealed class Template
{
    private Template(IReadOnlyList<TemplatePart> parts) => Parts = parts;

    public static Template Empty { get; } = new([]);

    public IReadOnlyList<TemplatePart> Parts { get; }

    public bool IsLiteral => Parts.All(part => part.Variable is null);

    public static Template Literal(string text) => Of([TemplatePart.Text(text)]);

    public static Template Literal(ReadOnlyMemory<byte> bytes) => Of([new TemplatePart(bytes, null)]);

    public static Template Of(IEnumerable<TemplatePart> parts) =>
        new([.. parts.Where(part => part.Variable is not null || part.Literal.Length > 0)]);

    /// <summary>The text with <c>${name}</c> in place of the variables.</summary>
    public override string ToString() =>
        string.Concat(Parts.Select(part => part.Variable is { } v ? $"${{{v.Name}}}" : Encoding.UTF8.GetString(part.Literal.Span)));
}

/// <summary>Either literal bytes or one variable.</summary>
public readonly record struct TemplatePart(ReadOnlyMemory<byte> Literal, Variable? Variable)
{
    public static TemplatePart Text(string text) => new(Encoding.UTF8.GetBytes(text), null);

    public static TemplatePart Of(Variable variable) => new(default, variable);
}

/// <summary>Where the value of a variable comes from.</summary>
/// <param name="Name">As written in the scenario, for messages.</param>
/// <param name="Table">Index into <see cref="RunPlan.Data"/> for <see cref="VariableSource.Column"/>.</param>
/// <param name="Column">Column index for <see cref="VariableSource.Column"/>.</param>
public sealed record Variable(string Name, VariableSource Source, int Table = 0, int Column = 0)
{
    public static Variable Index(string name = "index") => new(name, VariableSource.Index);

    public static Variable Random(string name = "random") => new(name, VariableSource.Random);

    public static Variable OfColumn(string name, int table, int column) => new(name, VariableSource.Column, table, column);

    public static Variable Extracted(string name) => new(name, VariableSource.Extracted);
}

public enum VariableSource
{
    /// <summary>Number of the arrival in the global schedule, decimal, from 0: unique within a run.</summary>
    Index,

    /// <summary>16 hexadecimal digits from seed and index.</summary>
    Random,

    /// <summary>A column of a data table; all columns of one arrival come from the same row.</summary>
    Column,

    /// <summary>A value that an earlier step of the same flow extracted, found by name. At most 1,024 bytes.</summary>
    Extracted,
}
