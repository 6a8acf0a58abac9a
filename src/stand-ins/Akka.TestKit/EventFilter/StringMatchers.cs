using System.Text.RegularExpressions;
using Akka.Actor;

namespace Akka.TestKit.Internal.StringMatcher;

/// <summary>Whether a text of a log event is the one expected.</summary>
public interface IStringMatcher
{
    bool IsMatch(string s);
}

public sealed class MatchesAll : IStringMatcher
{
    public static readonly IStringMatcher Instance = new MatchesAll();

    private MatchesAll()
    {
    }

    public bool IsMatch(string s) => true;

    public override string ToString() => "";
}

public class EqualsString(string expected) : IStringMatcher
{
    public bool IsMatch(string s) => string.Equals(expected, s, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"== \"{expected}\"";
}

public class StartsWithString(string start) : IStringMatcher
{
    public bool IsMatch(string s) => s.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"starts with \"{start}\"";
}

public class ContainsString(string part) : IStringMatcher
{
    public bool IsMatch(string s) => s.Contains(part, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"contains \"{part}\"";
}

public class RegexMatcher(Regex regex) : IStringMatcher
{
    public bool IsMatch(string s) => regex.IsMatch(s);

    public override string ToString() => $"matches regex \"{regex}\"";
}

/// <summary>The text itself, or the path of an actor with or without the address of its system.</summary>
public class EqualsStringAndPathMatcher(string path, bool canBeRelative = true) : IStringMatcher
{
    public bool IsMatch(string s)
    {
        if (string.Equals(path, s, StringComparison.OrdinalIgnoreCase))
            return true;
        return canBeRelative
            && ActorPath.TryParse(s, out var actorPath)
            && string.Equals(path, actorPath.ToStringWithoutAddress(), StringComparison.OrdinalIgnoreCase);
    }

    public override string ToString() => $"== \"{path}\"";
}
