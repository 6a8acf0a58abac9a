using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LoadShaper.Domain.Network.Hello;

/// <summary>
/// The bytes of a <see cref="HelloMessage"/>: magic, kind, 3 zero bytes, time (ms since 1970), nonce, session, packets, bytes,
/// highest, MAC; big-endian. Without a key the MAC is zero.
/// </summary>
public static class HelloCodec
{
    public const int Size = 96;

    private const uint Magic = 0x4C53_4831; // LSH1
    private const int MacAt = Size - HMACSHA256.HashSizeInBytes;

    public static void Write(Span<byte> to, HelloMessage message, NetworkKey? key)
    {
        to = to[..Size];
        to.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(to, Magic);
        to[4] = (byte)message.Kind;
        BinaryPrimitives.WriteInt64BigEndian(to[8..], message.Time.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt128BigEndian(to[16..], message.Nonce);
        BinaryPrimitives.WriteUInt64BigEndian(to[32..], message.Session);
        BinaryPrimitives.WriteUInt64BigEndian(to[40..], message.Packets);
        BinaryPrimitives.WriteUInt64BigEndian(to[48..], message.Bytes);
        BinaryPrimitives.WriteUInt64BigEndian(to[56..], message.Highest);
        key?.Sign(to[..MacAt], to[MacAt..]);
    }

    public static bool IsHello(ReadOnlySpan<byte> from) => from.Length == Size && BinaryPrimitives.ReadUInt32BigEndian(from) == Magic;

    /// <summary>False for another format, and for a MAC that the key did not make.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, NetworkKey? key, out HelloMessage message)
    {
        message = default;
        if (!IsHello(from) || from[4] is not ((byte)HelloKind.Hello or (byte)HelloKind.Welcome))
            return false;
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        mac.Clear();
        key?.Sign(from[..MacAt], mac);
        var time = BinaryPrimitives.ReadInt64BigEndian(from[8..]);
        if (!CryptographicOperations.FixedTimeEquals(mac, from[MacAt..]) || !IsTime(time))
            return false;
        message = new HelloMessage(
            (HelloKind)from[4],
            DateTimeOffset.FromUnixTimeMilliseconds(time),
            BinaryPrimitives.ReadUInt128BigEndian(from[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(from[32..]),
            BinaryPrimitives.ReadUInt64BigEndian(from[40..]),
            BinaryPrimitives.ReadUInt64BigEndian(from[48..]),
            BinaryPrimitives.ReadUInt64BigEndian(from[56..]));
        return true;
    }

    private static bool IsTime(long milliseconds) =>
        milliseconds >= 0 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
}
