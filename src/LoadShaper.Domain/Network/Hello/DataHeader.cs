using System.Buffers.Binary;

namespace LoadShaper.Domain.Network.Hello;

/// <summary>The first bytes of every UDP data packet: magic, session, sequence number from 1; big-endian.</summary>
public static class DataHeader
{
    public const int Size = 20;

    private const uint Magic = 0x4C53_4431; // LSD1

    public static void Write(Span<byte> to, ulong session, ulong sequence)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, Magic);
        BinaryPrimitives.WriteUInt64BigEndian(to[4..], session);
        BinaryPrimitives.WriteUInt64BigEndian(to[12..], sequence);
    }

    public static bool TryRead(ReadOnlySpan<byte> from, out ulong session, out ulong sequence)
    {
        (session, sequence) = (0, 0);
        if (from.Length < Size || BinaryPrimitives.ReadUInt32BigEndian(from) != Magic)
            return false;
        session = BinaryPrimitives.ReadUInt64BigEndian(from[4..]);
        sequence = BinaryPrimitives.ReadUInt64BigEndian(from[12..]);
        return true;
    }
}
