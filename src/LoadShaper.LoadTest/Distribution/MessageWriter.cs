using System.Buffers.Binary;
using System.Text;

namespace LoadShaper.LoadTest.Distribution;

/// <summary>
/// Bytes of a message between coordinator and worker. Whole numbers take as many bytes as they need (LEB128; signed ones
/// zigzag), so that small and empty values cost one.
/// </summary>
public sealed class MessageWriter
{
    private byte[] _bytes = new byte[1_024];

    public int Length { get; private set; }

    public byte[] ToArray() => _bytes.AsSpan(0, Length).ToArray();

    public void Byte(byte value)
    {
        Room(1);
        _bytes[Length++] = value;
    }

    public void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Unsigned(ulong value)
    {
        Room(10);
        for (; value >= 0x80; value >>= 7)
            _bytes[Length++] = (byte)(value | 0x80);
        _bytes[Length++] = (byte)value;
    }

    public void Number(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Count(int value) => Unsigned((uint)value);

    public void Time(TimeSpan value) => Number(value.Ticks);

    public void Double(double value)
    {
        Room(8);
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.AsSpan(Length), value);
        Length += 8;
    }

    public void Text(string value)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        Count(size);
        Room(size);
        Length += Encoding.UTF8.GetBytes(value, _bytes.AsSpan(Length));
    }

    /// <summary>Length and bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Count(value.Length);
        Raw(value);
    }

    public void Raw(ReadOnlySpan<byte> value)
    {
        Room(value.Length);
        value.CopyTo(_bytes.AsSpan(Length));
        Length += value.Length;
    }

    /// <summary>A count, then each item.</summary>
    public void List<T>(IReadOnlyCollection<T> items, Action<T> write)
    {
        Count(items.Count);
        foreach (var item in items)
            write(item);
    }

    /// <summary>Ends the message with a checksum that <see cref="MessageReader"/> verifies.</summary>
    public byte[] Sealed()
    {
        var sum = MessageReader.Checksum(_bytes.AsSpan(0, Length));
        Room(4);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(Length), sum);
        Length += 4;
        return ToArray();
    }

    private void Room(int count)
    {
        if (_bytes.Length - Length < count)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + count));
    }
}
