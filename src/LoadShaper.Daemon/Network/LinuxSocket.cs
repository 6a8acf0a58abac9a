using System.Net.Sockets;

namespace LoadShaper.Daemon.Network;

/// <summary>Socket options by Linux's own numbers, where .NET has no name for them.</summary>
internal static class LinuxSocket
{
    private const int SolSocket = 1, SoPriority = 12, SoMaxPacingRate = 47;
    private const int SolIp = 0, IpTos = 1, IpTtl = 2, IpMtuDiscover = 10, IpMtu = 14;
    private const int SolIp6 = 41, Ip6UnicastHops = 16, Ip6MtuDiscover = 23, Ip6Mtu = 24, Ip6TrafficClass = 67;
    private const int SolTcp = 6, TcpInfo = 11, TcpUserTimeout = 18;
    private const int SolUdp = 17, UdpSegment = 103, UdpGro = 104;

    // IP_PMTUDISC_DO: the kernel fragments nothing and reports what is too large.
    private const int NeverFragment = 2;

    // RFC 8622: the first to be dropped on a congested path.
    private const int LowerEffort = 0b000001 << 2;

    // TC_PRIO_BULK: the lowest band of the kernel's default queue.
    private const int Bulk = 2;

    // In struct tcp_info: tcpi_unacked, tcpi_bytes_acked, tcpi_segs_out, tcpi_bytes_sent.
    private const int UnackedAt = 24, BytesAckedAt = 120, SegmentsOutAt = 136, BytesSentAt = 200;
    private const int TcpInfoSize = 216;

    /// <summary>Lowest priority here and on the path, a hop limit, and no fragments.</summary>
    public static void MarkAsBulk(Socket socket, int ttl)
    {
        var six = socket.AddressFamily == AddressFamily.InterNetworkV6;
        Set(socket, six ? SolIp6 : SolIp, six ? Ip6UnicastHops : IpTtl, ttl);
        Set(socket, six ? SolIp6 : SolIp, six ? Ip6TrafficClass : IpTos, LowerEffort);
        Set(socket, six ? SolIp6 : SolIp, six ? Ip6MtuDiscover : IpMtuDiscover, NeverFragment);
        // After IP_TOS, which sets it too.
        Set(socket, SolSocket, SoPriority, Bulk);
    }

    /// <summary>MTU of the path of a connected socket as the kernel knows it; null when it does not.</summary>
    public static int? PathMtu(Socket socket)
    {
        var six = socket.AddressFamily == AddressFamily.InterNetworkV6;
        Span<byte> value = stackalloc byte[sizeof(int)];
        try
        {
            socket.GetRawSocketOption(six ? SolIp6 : SolIp, six ? Ip6Mtu : IpMtu, value);
            return BitConverter.ToInt32(value);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>One send becomes datagrams of this size (UDP GSO); 0 switches it off. False where the kernel cannot.</summary>
    public static bool TrySegment(Socket socket, int size) => TrySet(socket, SolUdp, UdpSegment, size);

    /// <summary>Datagrams of one sender are received together (UDP GRO). False where the kernel cannot.</summary>
    public static bool TryReceiveTogether(Socket socket) => TrySet(socket, SolUdp, UdpGro, 1);

    /// <summary>The kernel spreads what is sent evenly (SO_MAX_PACING_RATE); TCP only.</summary>
    public static bool TryPace(Socket socket, double bytesPerSecond) =>
        TrySet(socket, SolSocket, SoMaxPacingRate, (int)Math.Clamp(bytesPerSecond, 1, int.MaxValue));

    /// <summary>The kernel ends a connection on which nothing is acknowledged for so long.</summary>
    public static bool TryEndUnacknowledged(Socket socket, TimeSpan after) => TrySet(socket, SolTcp, TcpUserTimeout, (int)after.TotalMilliseconds);

    /// <summary>What the kernel counted of a connection; null when it cannot be read.</summary>
    public static TcpCounters? ReadTcp(Socket socket)
    {
        Span<byte> info = stackalloc byte[TcpInfoSize];
        info.Clear();
        try
        {
            var length = socket.GetRawSocketOption(SolTcp, TcpInfo, info);
            return length < SegmentsOutAt + sizeof(uint) ? null : new TcpCounters(
                Unacknowledged: BitConverter.ToUInt32(info[UnackedAt..]) > 0,
                BytesAcknowledged: BitConverter.ToInt64(info[BytesAckedAt..]),
                SegmentsSent: BitConverter.ToUInt32(info[SegmentsOutAt..]),
                // Kernels before 4.19 do not count what was sent again.
                BytesSent: length >= BytesSentAt + sizeof(long) ? BitConverter.ToInt64(info[BytesSentAt..]) : BitConverter.ToInt64(info[BytesAckedAt..]));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static bool TrySet(Socket socket, int level, int name, int value)
    {
        try
        {
            Set(socket, level, name, value);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Set(Socket socket, int level, int name, int value) => socket.SetRawSocketOption(level, name, BitConverter.GetBytes(value));
}

/// <summary>Counters of one TCP connection.</summary>
/// <param name="Unacknowledged">Segments are under way.</param>
/// <param name="BytesAcknowledged">Of the payload.</param>
/// <param name="SegmentsSent">With those that carry an acknowledgement alone.</param>
/// <param name="BytesSent">Of the payload, retransmissions included.</param>
internal readonly record struct TcpCounters(bool Unacknowledged, long BytesAcknowledged, long SegmentsSent, long BytesSent);
