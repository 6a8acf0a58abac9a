namespace LoadShaper.Domain.Settings;

/// <summary>Quotation marks in a value: an env file keeps them, a shell removes them.</summary>
internal static class QuotedText
{
    private static readonly (char Open, char Close)[] Pairs = [('"', '"'), ('\'', '\''), ('“', '”'), ('‘', '’'), ('`', '`')];

    /// <returns>The text between two matching quotation marks; null when it is not enclosed in a pair.</returns>
    public static string? Inner(string text) =>
        text.Length >= 2 && Pairs.Any(pair => text[0] == pair.Open && text[^1] == pair.Close && text.AsSpan(1, text.Length - 2).IndexOf(pair.Close) < 0)
            ? text[1..^1].Trim()
            : null;

    /// <summary>Whether it begins or ends with a quotation mark.</summary>
    public static bool HasMark(string text) =>
        text.Length > 0 && Pairs.Any(pair => text[0] == pair.Open || text[^1] == pair.Close || text[^1] == pair.Open);
}
