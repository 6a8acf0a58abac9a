using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network.Peers;

/// <summary>Payload of one datagram: as large as the path takes in one piece, and small enough for an even rate.</summary>
public static class PacketSizePolicy
{
    /// <summary>NET_PACKET_SIZE cannot be smaller; a data header fits in it.</summary>
    public const int Smallest = 64;

    // Every IPv6 path takes 1280 bytes, and every IPv4 path 576 (RFC 8200, RFC 791).
    private static readonly int[] SafeMtus = [1280, 576];

    // A burst is at least this many packets, so that the last one is not a percent of it.
    private const double PacketsInBurst = 200;

    // The kernel's limit of segments in one send, and of bytes.
    private const int MostSegments = 64;
    private const int MostBytes = 65_000;

    /// <summary>IP and UDP.</summary>
    public static int Headers(bool ipv6) => (ipv6 ? 40 : 20) + 8;

    /// <param name="upperBound">NET_PACKET_SIZE.</param>
    /// <param name="mtu">Of the path, as the kernel knows it; null when unknown.</param>
    /// <param name="steps">How often larger packets were found not to arrive.</param>
    public static int Fit(int upperBound, int? mtu, bool ipv6, int steps, BitRate rate, TimeSpan burst)
    {
        var path = Math.Min(mtu ?? SafeMtus[0], steps <= 0 ? int.MaxValue : SafeMtus[Math.Min(steps, SafeMtus.Length) - 1]);
        var fitting = Math.Min(upperBound, path - Headers(ipv6));
        var even = rate > BitRate.Zero ? rate.BytesPerSecond * burst.TotalSeconds / PacketsInBurst : fitting;
        return (int)Math.Max(Smallest, Math.Min(fitting, even));
    }

    /// <summary>Whether <see cref="Fit"/> can still answer with a smaller packet.</summary>
    public static bool CanStepDown(int steps) => steps < SafeMtus.Length;

    /// <summary>How many packets of a size the kernel takes in one send.</summary>
    public static int Segments(int size) => Math.Clamp(MostBytes / Math.Max(1, size), 1, MostSegments);
}
