using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace LoadShaper.LoadTest.Cluster.Protocol;

/// <summary>Fields of a message in a fixed order: numbers big-endian in full width, text and bytes after their length.</summary>
internal sealed class FieldWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public FieldWriter Write(bool value) => Write(value ? (byte)1 : (byte)0);

    public FieldWriter Write(byte value)
    {
        _buffer.Write([value]);
        return this;
    }

    public FieldWriter Write(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer.GetSpan(sizeof(int)), value);
        _buffer.Advance(sizeof(int));
        return this;
    }

    public FieldWriter Write(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_buffer.GetSpan(sizeof(long)), value);
        _buffer.Advance(sizeof(long));
        return this;
    }

    /// <summary>A text above the limit is cut.</summary>
    public FieldWriter Write(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        if (bytes.Length > MessageLimits.TextBytes)
        {
            var length = MessageLimits.TextBytes;
            while (length > 0 && (bytes[length] & 0xC0) == 0x80)
                length--;
            bytes = bytes[..length];
        }

        return Write(bytes);
    }

    public FieldWriter Write(ReadOnlySpan<byte> value)
    {
        Write(value.Length);
        _buffer.Write(value);
        return this;
    }

    public FieldWriter Write(IReadOnlyCollection<string> values)
    {
        Write(values.Count);
        foreach (var value in values)
            Write(value);
        return this;
    }
}
