using System.Net;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network.Ledger;

/// <summary>
/// Bytes sent, headers included, by where they went: Oracle bills what leaves its network, not what stays between private addresses.
/// </summary>
/// <param name="External">To public addresses.</param>
/// <param name="Private">To private addresses.</param>
public readonly record struct Traffic(ByteSize External, ByteSize Private)
{
    public static readonly Traffic None = new(ByteSize.Zero, ByteSize.Zero);

    public ByteSize Total => External + Private;

    public static Traffic To(IPAddress address, long bytes) => To(PeerPolicy.IsPrivate(address), bytes);

    public static Traffic To(bool isPrivate, long bytes) =>
        isPrivate ? new Traffic(ByteSize.Zero, ByteSize.FromBytes(bytes)) : new Traffic(ByteSize.FromBytes(bytes), ByteSize.Zero);

    public static Traffic operator +(Traffic left, Traffic right) => new(left.External + right.External, left.Private + right.Private);

    /// <summary>The difference of each part, or nothing where <paramref name="right"/> is larger.</summary>
    public static Traffic operator -(Traffic left, Traffic right) => new(left.External - right.External, left.Private - right.Private);

    /// <summary>The larger of each part.</summary>
    public static Traffic Max(Traffic left, Traffic right) =>
        new(ByteSize.Max(left.External, right.External), ByteSize.Max(left.Private, right.Private));

    /// <summary>The smaller of each part.</summary>
    public static Traffic Min(Traffic left, Traffic right) =>
        new(ByteSize.Min(left.External, right.External), ByteSize.Min(left.Private, right.Private));
}
