using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;

namespace LoadShaper.LoadTest.Cluster.Protocol;

/// <summary>Reads what <see cref="FieldWriter"/> wrote. For any other bytes it throws <see cref="SerializationException"/> and takes no more memory than they have.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> bytes, string manifest)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public bool Bool() => Byte() switch
    {
        0 => false,
        1 => true,
        var other => throw Damaged($"{other} is not 0 or 1"),
    };

    public byte Byte() => Take(1)[0];

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    /// <summary>A number within bounds, both included.</summary>
    public int Int(int least, int most)
    {
        var value = Int();
        return value >= least && value <= most ? value : throw Damaged($"{value} is not from {least} to {most}");
    }

    public long Long() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    /// <summary>A number that is not negative.</summary>
    public long Count()
    {
        var value = Long();
        return value >= 0 ? value : throw Damaged($"{value} is negative");
    }

    public string Text()
    {
        try
        {
            return Strict.GetString(Take(Int(0, MessageLimits.TextBytes)));
        }
        catch (DecoderFallbackException)
        {
            throw Damaged("text is not UTF-8");
        }
    }

    public byte[] Bytes() => Take(Int(0, MessageLimits.PartBytes)).ToArray();

    /// <summary>A SHA-256 in lower-case hexadecimal digits.</summary>
    public string Hash()
    {
        var text = Text();
        return text.Length == 64 && text.All(char.IsAsciiHexDigitLower) ? text : throw Damaged("text is not a SHA-256");
    }

    public IReadOnlyList<string> Texts(int most)
    {
        var values = new List<string>();
        for (var left = Int(0, most); left > 0; left--)
            values.Add(Text());
        return values;
    }

    /// <summary>Checks that nothing is left.</summary>
    public readonly void End()
    {
        if (_at < _bytes.Length)
            throw Damaged($"{_bytes.Length - _at} bytes too many");
    }

    public readonly SerializationException Damaged(string problem) => new($"Message {manifest} is damaged at byte {_at}: {problem}");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at)
            throw Damaged($"{count} bytes expected, {_bytes.Length - _at} left");
        var taken = _bytes.Slice(_at, count);
        _at += count;
        return taken;
    }
}
