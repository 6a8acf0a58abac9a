using System.Text.RegularExpressions;

namespace LoadShaper.Architecture.Tests;

/// <summary>A call of a logger in the source text.</summary>
/// <param name="Line">Of the file, from 1.</param>
/// <param name="Arguments">As they are written, without the white space around them.</param>
internal sealed partial record LogCall(int Line, IReadOnlyList<string> Arguments)
{
    public static IEnumerable<LogCall> In(string code) =>
        from Match call in Call().Matches(code)
        select new LogCall(code.AsSpan(0, call.Index).Count('\n') + 1, ArgumentsFrom(code, call.Index + call.Length));

    /// <summary>What is wrong with it; null when it is an event with named values.</summary>
    public string? Problem()
    {
        // An exception comes before the message.
        var at = Arguments is [_, var second, ..] && IsText(second) && !IsText(Arguments[0]) ? 1 : 0;
        if (Arguments.Count == 0 || !IsText(Arguments[at]))
            return "the message is not a literal";
        if (Arguments[at].Contains("$\"", StringComparison.Ordinal))
            return "the message is an interpolated string";
        var names = Placeholder().Matches(Literal().Replace(Arguments[at], "$1").Replace("{{", "").Replace("}}", ""))
            .Select(match => match.Groups[1].Value).ToList();
        if (names.FirstOrDefault(name => !PascalCase().IsMatch(name)) is { } unnamed)
            return $"the placeholder {{{unnamed}}} is not a PascalCase name";
        if (names.Distinct().Count() < names.Count)
            return "two placeholders have the same name";
        var values = Arguments.Count - at - 1;
        return values == names.Count ? null : $"{names.Count} placeholders, but {values} values";
    }

    private static bool IsText(string argument) => argument.StartsWith('"') || argument.StartsWith("$\"", StringComparison.Ordinal) || argument.StartsWith("@\"", StringComparison.Ordinal);

    /// <param name="code">Source text.</param>
    /// <param name="start">The position after the opening parenthesis.</param>
    private static List<string> ArgumentsFrom(string code, int start)
    {
        var arguments = new List<string>();
        var (depth, from, at) = (0, start, start);
        for (; depth >= 0; at++)
        {
            switch (code[at])
            {
                case '"':
                    at = EndOfText(code, at);
                    break;
                case '\'':
                    at = code[at + 1] == '\\' ? at + 3 : at + 2;
                    break;
                case '(' or '[' or '{':
                    depth++;
                    break;
                case ')' or ']' or '}':
                    depth--;
                    break;
                case ',' when depth == 0:
                    arguments.Add(code[from..at].Trim());
                    from = at + 1;
                    break;
            }
        }

        if (code[from..(at - 1)].Trim() is { Length: > 0 } last)
            arguments.Add(last);
        return arguments;
    }

    private static int EndOfText(string code, int quote)
    {
        var at = quote + 1;
        for (; code[at] != '"'; at++)
            if (code[at] == '\\')
                at++;
        return at;
    }

    [GeneratedRegex(@"\b(?:_log|Log|log|_logger|logger)\s*\.\s*(?:Verbose|Debug|Info|Information|Warning|Error|Fatal)\s*\(")]
    private static partial Regex Call();

    [GeneratedRegex("\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{([^}:,]*)(?:[,:][^}]*)?\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^[A-Z][A-Za-z0-9]*$")]
    private static partial Regex PascalCase();
}
