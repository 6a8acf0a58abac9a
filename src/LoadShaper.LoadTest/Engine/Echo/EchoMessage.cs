using System.Buffers.Binary;

namespace LoadShaper.LoadTest.Engine.Echo;

/// <summary>
/// An echo message: sequence number (8 bytes), flow number (4), check word (4), then bytes that follow from the sequence
/// number. Little-endian.
/// </summary>
internal static class EchoMessage
{
    internal const int HeaderBytes = 16;
    private const int MaxPayload = 65_536;
    private static readonly byte[] Pattern = MakePattern();

    internal static void Write(Span<byte> message, long sequence, int flow)
    {
        BinaryPrimitives.WriteInt64LittleEndian(message, sequence);
        BinaryPrimitives.WriteInt32LittleEndian(message[8..], flow);
        BinaryPrimitives.WriteUInt32LittleEndian(message[12..], Check(sequence, flow, message.Length));
        Body(sequence, message.Length).CopyTo(message[HeaderBytes..]);
    }

    /// <summary>False when the bytes are not a message as <see cref="Write"/> made it.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> message, out long sequence, out int flow)
    {
        (sequence, flow) = (0, 0);
        if (message.Length < HeaderBytes)
            return false;
        sequence = BinaryPrimitives.ReadInt64LittleEndian(message);
        flow = BinaryPrimitives.ReadInt32LittleEndian(message[8..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(message[12..]) == Check(sequence, flow, message.Length)
            && message[HeaderBytes..].SequenceEqual(Body(sequence, message.Length));
    }

    private static ReadOnlySpan<byte> Body(long sequence, int length) => Pattern.AsSpan((int)(sequence & 0xFF), length - HeaderBytes);

    private static uint Check(long sequence, int flow, int length)
    {
        var mixed = ((ulong)sequence * 0x9E3779B97F4A7C15) ^ ((ulong)(uint)flow << 32 | (uint)length);
        return (uint)(mixed * 0xBF58476D1CE4E5B9 >> 32);
    }

    private static byte[] MakePattern()
    {
        var pattern = new byte[MaxPayload + 256];
        for (var i = 0; i < pattern.Length; i++)
            pattern[i] = (byte)(i * 31 + (i >> 8));
        return pattern;
    }
}
