using System.Text.RegularExpressions;

namespace LoadShaper.LoadTest.Scenarios;

/// <summary>Texts with variables: `/items/${id}`. `$${` writes a literal `${`.</summary>
internal static partial class VariableText
{
    public const string NameExpected = "a name of letters, digits, _ and -, not starting with a digit";

    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>The text in pieces, each either a literal or the name of a variable.</summary>
    public static IEnumerable<(string Literal, string? Name)> Split(string text)
    {
        var at = 0;
        foreach (Match use in Use().Matches(text))
        {
            if (use.Index > at)
                yield return (text[at..use.Index], null);
            yield return use.Groups[1].Success ? ("", use.Groups[1].Value.Trim()) : ("${", null);
            at = use.Index + use.Length;
        }
        if (at < text.Length)
            yield return (text[at..], null);
    }

    /// <summary>A `${` without its `}`.</summary>
    public static bool IsUnclosed(string text) => Use().Replace(text, "").Contains("${");

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_-]*$")]
    private static partial Regex Name();

    [GeneratedRegex(@"\$\$\{|\$\{([^}]*)\}")]
    private static partial Regex Use();
}
