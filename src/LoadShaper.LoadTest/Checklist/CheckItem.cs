namespace LoadShaper.LoadTest.Checklist;

/// <summary>Ordered by weight.</summary>
public enum CheckLevel
{
    Pass,
    Warn,
    Fail,
}

/// <summary>One line of the pre-test checklist.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Found">What was seen, with its value.</param>
/// <param name="Fix">What to do; empty when it passed.</param>
public sealed record CheckItem(string Name, CheckLevel Level, string Found, string Fix = "");
