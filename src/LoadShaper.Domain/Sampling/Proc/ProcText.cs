using System.Buffers.Text;

namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>Walks over the bytes of a /proc file, line by line and word by word, without allocating.</summary>
internal ref struct ProcText(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    /// <summary>Takes the next line, without its end; false when there is none.</summary>
    public bool NextLine(out ProcText line)
    {
        if (_rest.IsEmpty)
        {
            line = default;
            return false;
        }

        line = new ProcText(Take(_rest.IndexOf((byte)'\n')));
        return true;
    }

    /// <summary>Takes the next word between blanks; empty when there is none.</summary>
    public ReadOnlySpan<byte> NextWord()
    {
        _rest = _rest.TrimStart(" \t"u8);
        return Take(_rest.IndexOfAny(" \t\n"u8));
    }

    /// <summary>Takes everything up to the first colon, blanks at its ends removed; empty when there is no colon.</summary>
    public ReadOnlySpan<byte> UpToColon()
    {
        var colon = _rest.IndexOf((byte)':');
        return colon < 0 ? [] : Take(colon).Trim(" \t"u8);
    }

    /// <summary>Takes the next word as a whole number that is not negative; null when it is none.</summary>
    public long? NextLong() => Long(NextWord());

    /// <summary>Takes the next word as a finite number that is not negative; null when it is none.</summary>
    public double? NextDouble() => Double(NextWord());

    public static long? Long(ReadOnlySpan<byte> word) =>
        Utf8Parser.TryParse(word, out ulong value, out var used) && used == word.Length
            ? (long)Math.Min(value, long.MaxValue)
            : null;

    public static double? Double(ReadOnlySpan<byte> word) =>
        Utf8Parser.TryParse(word, out double value, out var used) && used == word.Length && double.IsFinite(value) && value >= 0
            ? value
            : null;

    private ReadOnlySpan<byte> Take(int end)
    {
        var taken = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? [] : _rest[(end + 1)..];
        return taken;
    }
}
