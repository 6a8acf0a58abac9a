using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LoadShaper.LoadTest.Faults.Dns;

/// <summary>The question of a DNS query (RFC 1035).</summary>
/// <param name="Name">Lower case, without the final dot.</param>
/// <param name="End">Where the question ends in the message.</param>
public readonly record struct DnsQuestion(ushort Id, string Name, ushort Type, ushort Class, int End);

/// <summary>Reads questions and writes the answers that the resolver gives by itself. Pure.</summary>
public static class DnsMessage
{
    public const int TypeA = 1;
    public const int TypeAaaa = 28;
    public const int NoError = 0;
    public const int ServerFailure = 2;
    public const int NameError = 3;
    private const int HeaderBytes = 12;
    private const int ClassInternet = 1;

    /// <summary>Short, so that a change of the faults is seen at once.</summary>
    private const uint TimeToLive = 1;

    /// <returns>Null for anything that is not one plain question.</returns>
    public static DnsQuestion? ReadQuestion(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderBytes + 5 || (message[2] & 0xF8) != 0 || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1)
            return null;
        var name = new StringBuilder();
        var at = HeaderBytes;
        while (true)
        {
            if (at >= message.Length)
                return null;
            var length = message[at++];
            if (length == 0)
                break;
            // A question has no pointers, and a name at most 255 bytes.
            if (length > 63 || at + length > message.Length || name.Length + length > 254)
                return null;
            if (name.Length > 0)
                name.Append('.');
            foreach (var b in message.Slice(at, length))
                name.Append(b is > 32 and < 127 and not (byte)'.' ? char.ToLowerInvariant((char)b) : '?');
            at += length;
        }
        if (at + 4 > message.Length)
            return null;
        return new DnsQuestion(
            BinaryPrimitives.ReadUInt16BigEndian(message), name.ToString(), BinaryPrimitives.ReadUInt16BigEndian(message[at..]), BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]), at + 4);
    }

    /// <summary>An answer with the addresses of the type that was asked for; none of them is an empty answer.</summary>
    public static byte[] Answer(ReadOnlySpan<byte> query, DnsQuestion question, int code, IReadOnlyList<IPAddress> addresses)
    {
        var fitting = question.Class != ClassInternet ? [] : addresses.Where(a => question.Type == (a.AddressFamily == AddressFamily.InterNetwork ? TypeA : TypeAaaa)).Take(16).ToArray();
        var answer = new byte[question.End + fitting.Sum(a => 12 + a.GetAddressBytes().Length)];
        query[..question.End].CopyTo(answer);
        // A response that keeps "recursion desired" and offers recursion.
        answer[2] = (byte)(0x80 | query[2] & 0x01);
        answer[3] = (byte)(0x80 | code);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(4), 1);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(6), (ushort)fitting.Length);
        answer.AsSpan(8, 4).Clear();
        var at = question.End;
        foreach (var address in fitting)
        {
            var bytes = address.GetAddressBytes();
            var record = answer.AsSpan(at);
            // A pointer to the name of the question.
            BinaryPrimitives.WriteUInt16BigEndian(record, 0xC000 | HeaderBytes);
            BinaryPrimitives.WriteUInt16BigEndian(record[2..], question.Type);
            BinaryPrimitives.WriteUInt16BigEndian(record[4..], ClassInternet);
            BinaryPrimitives.WriteUInt32BigEndian(record[6..], TimeToLive);
            BinaryPrimitives.WriteUInt16BigEndian(record[10..], (ushort)bytes.Length);
            bytes.CopyTo(record[12..]);
            at += 12 + bytes.Length;
        }
        return answer;
    }
}
