using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace LoadShaper.LoadTest.Distribution;

/// <summary>
/// Reads what <see cref="MessageWriter"/> wrote. Every length is checked before it is used, so that a damaged message costs
/// no memory; each failure is a <see cref="FormatException"/> with the field and the offset.
/// </summary>
/// <param name="what">What is read, for messages: <c>worker report</c>.</param>
public ref struct MessageReader(string what, ReadOnlySpan<byte> bytes)
{
    private const long MostTicks = 36_525 * TimeSpan.TicksPerDay;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Offset { get; private set; }
    public readonly int Left => _bytes.Length - Offset;

    /// <summary>A message that ends with a checksum.</summary>
    public static MessageReader OfSealed(string what, ReadOnlySpan<byte> bytes, int most)
    {
        if (bytes.Length > most)
            throw new FormatException($"{what} of {bytes.Length} bytes; expected at most {most}");
        if (bytes.Length < 4 || Checksum(bytes[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]))
            throw new FormatException($"{what} of {bytes.Length} bytes is damaged: its checksum differs");
        return new MessageReader(what, bytes[..^4]);
    }

    public byte Byte(string field)
    {
        if (Left < 1)
            throw Problem(field, "the message ends here");
        return _bytes[Offset++];
    }

    public bool Flag(string field) => Byte(field) switch
    {
        0 => false,
        1 => true,
        var other => throw Problem(field, $"{other}; expected 0 or 1"),
    };

    public ulong Unsigned(string field)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte(field);
            if (shift == 63 && next > 1)
                break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw Problem(field, "a number of more than 64 bits");
    }

    public long Number(string field)
    {
        var value = Unsigned(field);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number from 0 to <paramref name="most"/>.</summary>
    public long Positive(string field, long most = long.MaxValue)
    {
        var value = Unsigned(field);
        return value <= (ulong)most ? (long)value : throw Problem(field, $"{value}; expected at most {most}");
    }

    public int Int32(string field)
    {
        var value = Number(field);
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Problem(field, $"{value}; expected a number of 32 bits");
    }

    /// <summary>Of items that take at least one byte each.</summary>
    public int Count(string field, int most)
    {
        var count = Positive(field, most);
        return count <= Left ? (int)count : throw Problem(field, $"{count} items, but only {Left} bytes follow");
    }

    /// <summary>At most a hundred years, so that sums of times do not overflow.</summary>
    public TimeSpan Time(string field)
    {
        var ticks = Number(field);
        return Math.Abs((double)ticks) <= MostTicks ? new TimeSpan(ticks) : throw Problem(field, $"{ticks} ticks; expected at most 100 years");
    }

    public double Double(string field) => BinaryPrimitives.ReadDoubleLittleEndian(Raw(field, 8));

    public string Text(string field, int most = 4_096)
    {
        var bytes = Raw(field, Count(field, most));
        try
        {
            return Strict.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw Problem(field, "a text that is not UTF-8");
        }
    }

    /// <summary>Length and bytes.</summary>
    public ReadOnlySpan<byte> Bytes(string field, int most) => Raw(field, Count(field, most));

    public readonly void End()
    {
        if (Left > 0)
            throw Problem("end", $"{Left} more bytes");
    }

    public readonly FormatException Problem(string field, string problem) => new($"{what}, {field} at byte {Offset}: {problem}");

    internal static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var next in bytes)
            sum = BitOperations.Crc32C(sum, next);
        return ~sum;
    }

    /// <summary>A fixed number of bytes.</summary>
    public ReadOnlySpan<byte> Raw(string field, int length)
    {
        if (Left < length)
            throw Problem(field, $"{length} bytes expected, but only {Left} follow");
        Offset += length;
        return _bytes.Slice(Offset - length, length);
    }
}
