using System.Text.RegularExpressions;

namespace LoadShaper.LoadTest.Measure;

/// <summary>Removes what differs between occurrences of the same error, so that texts can be counted.</summary>
internal static partial class ErrorText
{
    private const int MaxLength = 200;

    /// <summary>Addresses become <c>ADDRESS</c>, long hexadecimal words <c>ID</c>, numbers of four or more digits <c>N</c>; one line, at most 200 characters.</summary>
    internal static string Normalise(string text)
    {
        var result = Spaces().Replace(text, " ").Trim();
        result = Identifiers().Replace(result, "ID");
        result = V4().Replace(result, "ADDRESS");
        result = V6().Replace(result, "ADDRESS");
        result = Numbers().Replace(result, "N");
        return result.Length <= MaxLength ? result : result[..(MaxLength - 3)] + "...";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\b(?:[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|(?=[a-fA-F]*[0-9])(?=[0-9]*[a-fA-F])[0-9a-fA-F]{8,}|0x[0-9a-fA-F]+)\b")]
    private static partial Regex Identifiers();

    [GeneratedRegex(@"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b")]
    private static partial Regex V4();

    [GeneratedRegex(@"\[[0-9a-fA-F:]*:[0-9a-fA-F:.%\w]*\](?::\d+)?")]
    private static partial Regex V6();

    [GeneratedRegex(@"\d{4,}")]
    private static partial Regex Numbers();
}
