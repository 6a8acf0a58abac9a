using System.Buffers.Text;

namespace LoadShaper.LoadTest.Engine;

/// <summary>A buffer that grows to the largest request and is used again.</summary>
internal sealed class ByteWriter
{
    private byte[] _bytes = new byte[4_096];

    internal int Length { get; private set; }
    internal ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);
    internal ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    internal void Clear() => Length = 0;

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    internal void AppendNumber(long value)
    {
        Room(20);
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(Length), out var written);
        Length += written;
    }

    /// <summary>Space for <paramref name="count"/> more bytes, to be filled by the caller.</summary>
    internal Span<byte> Take(int count)
    {
        Room(count);
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }

    private void Room(int count)
    {
        if (_bytes.Length - Length < count)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + count));
    }
}
