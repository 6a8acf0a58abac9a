using System.Text;

namespace LoadShaper.LoadTest.Scenarios;

/// <summary>A data file: one header line with the names of variables, then one row of values for each iteration (RFC 4180).</summary>
/// <param name="Columns">The names in the header.</param>
/// <param name="Rows">As many values as columns in every row.</param>
public sealed record DataFile(string Path, IReadOnlyList<string> Columns, IReadOnlyList<string[]> Rows)
{
    /// <summary>A data file is held in memory as a whole.</summary>
    public const long MostBytes = 64L << 20;

    /// <summary>Parses CSV text. The first problem is reported with the line in the data file.</summary>
    public static DataFile? Parse(string path, string text, out ScenarioProblem? problem)
    {
        problem = null;
        if (text.StartsWith('\uFEFF'))
            text = text[1..];
        string[]? columns = null;
        var rows = new List<string[]>();
        var position = 0;
        var line = 1L;
        while (position < text.Length)
        {
            var start = line;
            if (Record(text, ref position, ref line) is not { } fields)
            {
                problem = new ScenarioProblem(path, start, 1, "a quoted value without its closing quote; expected CSV with \"\" for a quote inside quotes");
                return null;
            }
            if (fields is [""])
                continue;
            if (columns is null)
            {
                columns = [.. fields.Select(f => f.Trim())];
                var wrong = columns.FirstOrDefault(c => !VariableText.IsName(c)) ?? columns.GroupBy(c => c).FirstOrDefault(g => g.Count() > 1)?.Key;
                if (wrong is not null)
                {
                    problem = new ScenarioProblem(path, start, 1, $"\"{wrong}\" is not a column name; expected a header of distinct variable names of letters, digits and _");
                    return null;
                }
                continue;
            }
            if (fields.Length != columns.Length)
            {
                problem = new ScenarioProblem(path, start, 1, $"{fields.Length} values; expected {columns.Length}, as many as the header has columns");
                return null;
            }
            rows.Add(fields);
        }
        if (rows.Count > 0)
            return new DataFile(path, columns!, rows);
        problem = new ScenarioProblem(path, 1, 1, "no rows; expected a header line and at least one row of values");
        return null;
    }

    private static string[]? Record(string text, ref int position, ref long line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        while (true)
        {
            field.Clear();
            if (position < text.Length && text[position] == '"')
            {
                position++;
                while (true)
                {
                    if (position >= text.Length)
                        return null;
                    var c = text[position++];
                    if (c == '\n')
                        line++;
                    if (c != '"')
                        field.Append(c);
                    else if (position < text.Length && text[position] == '"')
                        field.Append(text[position++]);
                    else
                        break;
                }
            }
            while (position < text.Length && text[position] is not (',' or '\n' or '\r'))
                field.Append(text[position++]);
            fields.Add(field.ToString());
            if (position >= text.Length)
                return [.. fields];
            var end = text[position++];
            if (end == ',')
                continue;
            if (end == '\r' && position < text.Length && text[position] == '\n')
                position++;
            line++;
            return [.. fields];
        }
    }
}
