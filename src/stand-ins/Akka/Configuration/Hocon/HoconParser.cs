namespace Akka.Configuration.Hocon;

/// <summary>
/// Turns HOCON text into values: the part of HOCON that Akka.NET 1.5 understands. What Akka.NET would read as
/// something else than is written (<c>+=</c>, <c>${?x}</c>, a brace that is never closed) is refused.
/// </summary>
internal sealed class HoconParser
{
    private readonly HoconText _text;
    private readonly List<HoconSubstitution> _substitutions = [];

    private HoconParser(string text) => _text = new HoconText(text);

    public static HoconValue Parse(string text) => new HoconParser(text).ParseRoot();

    private HoconValue ParseRoot()
    {
        var root = new HoconObject();
        _text.SkipSpace();
        var braces = _text.TrySkip('{');
        ParseMembers(root, braces);
        _text.SkipSpace();
        if (!_text.AtEnd)
            throw Unexpected("the end of the text");

        var value = new HoconValue(root);
        foreach (var substitution in _substitutions)
            Resolve(substitution, new Config(value));
        foreach (var substitution in _substitutions)
            RefuseCircle(substitution);
        return value;
    }

    private void ParseMembers(HoconObject owner, bool braces)
    {
        var start = _text.At - 1;
        while (true)
        {
            _text.SkipSpace();
            if (_text.AtEnd)
            {
                if (braces)
                    throw _text.Error(start, "this brace is never closed");
                return;
            }
            if (_text.Peek == '}')
            {
                if (!braces)
                    throw _text.Error(_text.At, "a brace closes that was never opened");
                _text.Skip(1);
                return;
            }
            ParseMember(owner);
        }
    }

    private void ParseMember(HoconObject owner)
    {
        var target = ParseKey(owner);
        while (_text.TrySkip('.'))
            target = ParseKey(ObjectOf(target));

        _text.SkipSpace();
        if (_text.TrySkip('{'))
        {
            // No comma may follow here: Akka.NET knows it only after an assigned value.
            ParseMembers(ObjectOf(target), braces: true);
            return;
        }
        if (!_text.TrySkip('=') && !_text.TrySkip(':'))
            throw Unexpected("'=', ':' or '{' after a key");
        if (!target.IsObject())
            target.Clear();
        ParseValue(target);
    }

    private HoconValue ParseKey(HoconObject owner)
    {
        _text.SkipSpace();
        var start = _text.At;
        var key = _text.Peek == '"' ? _text.TakeQuoted() : _text.TakeUnquotedKey();
        if (_text.At == start)
            throw Unexpected("a key");
        while (_text.AtBlank)
            _text.Skip(1);
        if (key.EndsWith('+') && _text.Peek == '=')
            throw _text.Error(start, "+= is not known to Akka.NET, write the whole value");
        if ((key == "include" || key.StartsWith("include ", StringComparison.Ordinal)) && _text.Peek == '"')
            throw _text.Error(start, "include is not supported here");
        if (!owner.Items.TryGetValue(key, out var value))
            owner.Items.Add(key, value = new HoconValue());
        return value;
    }

    /// <summary>The object a value is, made when the value is none; as Akka.NET does, this drops a text that was there.</summary>
    private HoconObject ObjectOf(HoconValue value)
    {
        if (value.GetObject() is { } existing)
            return existing;
        if (value.Parts.Any(part => part is HoconSubstitution))
            throw _text.Error(_text.At, "keys cannot be added to a substitution");
        var created = new HoconObject();
        value.Clear();
        value.Append(created);
        return created;
    }

    private void ParseValue(HoconValue owner)
    {
        _text.SkipSpace();
        var start = _text.At;
        var blanks = "";
        var fresh = true;
        while (AtValue)
        {
            ParsePart(owner, blanks, ref fresh);
            blanks = _text.TakeBlanks();
        }
        if (_text.At == start)
            throw Unexpected("a value");
        if (_text.Peek is '=' or ':')
            throw new ConfigurationException(
                $"{_text.Where(_text.At)}a value without quotes cannot contain '=' or ':'; enclose it in double quotes");
        _text.TrySkip(',');
    }

    private bool AtValue => _text.AtUnquoted || _text.Peek is '"' or '{' or '[' || _text.StartsWith("${");

    private void ParsePart(HoconValue owner, string blanks, ref bool fresh)
    {
        var start = _text.At;
        if (_text.TrySkip('{'))
        {
            if (!fresh && !owner.IsObject())
                throw Mixed(start);
            ParseMembers(ObjectOf(owner), braces: true);
            fresh = false;
            return;
        }

        // A value that is no object takes the place of the object that was there.
        if (owner.IsObject())
        {
            if (!fresh)
                throw Mixed(start);
            owner.Clear();
        }
        object part = _text.Peek switch
        {
            '[' => ParseArray(),
            '$' => ParseSubstitution(),
            '"' when _text.StartsWith("\"\"\"") => _text.TakeTripleQuoted(),
            '"' => _text.TakeQuoted(),
            _ => _text.TakeUnquoted(),
        };
        if (!fresh && (part is string && owner.Parts.Any(p => p is HoconArray) || part is HoconArray && owner.Parts.Any(p => p is string)))
            throw Mixed(start);
        if (blanks.Length > 0 && part is not HoconArray && owner.Parts[^1] is not HoconArray)
            owner.Append(blanks);
        owner.Append(part);
        fresh = false;
    }

    private HoconArray ParseArray()
    {
        var start = _text.At;
        _text.Skip(1);
        var items = new List<HoconValue>();
        if (_text.TrySkip(']'))
            return new HoconArray(items);
        do
        {
            if (_text.AtEnd)
                throw _text.Error(start, "this bracket is never closed");
            var item = new HoconValue();
            ParseValue(item);
            items.Add(item);
            _text.SkipSpace();
        }
        while (!_text.TrySkip(']'));
        return new HoconArray(items);
    }

    private HoconSubstitution ParseSubstitution()
    {
        var start = _text.At;
        _text.Skip(2);
        var path = _text.TakeUnquoted();
        if (path.Length == 0 || !_text.TrySkip('}'))
            throw _text.Error(start, "a substitution is written ${a.b}; Akka.NET knows neither ${?a.b} nor blanks or quotes in it");
        var substitution = new HoconSubstitution(path, start);
        _substitutions.Add(substitution);
        return substitution;
    }

    private void Resolve(HoconSubstitution substitution, Config root) =>
        substitution.Resolved = root.GetValue(substitution.Path)
            ?? throw _text.Error(substitution.At, $"Unresolved substitution: {substitution.Path}");

    private void RefuseCircle(HoconSubstitution start)
    {
        var open = new HashSet<HoconValue>(ReferenceEqualityComparer.Instance);
        if (Circles(start.Resolved!))
            throw _text.Error(start.At, $"the substitution {start.Path} leads back to itself");

        bool Circles(HoconValue value)
        {
            if (!open.Add(value))
                return true;
            var found = value.Parts.Any(part => part switch
            {
                HoconSubstitution s => Circles(s.Resolved!),
                HoconArray a => a.Items.Any(Circles),
                HoconObject o => o.Items.Values.Any(Circles),
                _ => false,
            });
            open.Remove(value);
            return found;
        }
    }

    private FormatException Mixed(int at) =>
        _text.Error(at, "a text, an array and an object cannot stand one after another in one value");

    private FormatException Unexpected(string wanted) =>
        _text.Error(_text.At, $"Unknown token {_text.Describe()} where {wanted} is expected");
}
