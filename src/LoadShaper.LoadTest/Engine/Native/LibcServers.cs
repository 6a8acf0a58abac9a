using System.Runtime.InteropServices;

namespace LoadShaper.LoadTest.Engine.Native;

/// <summary>The system calls of servers and of unconnected datagram sockets.</summary>
internal static unsafe partial class Libc
{
    internal const int StreamSocket = 1;
    internal const int DatagramSocket = 2;
    internal const int Tcp = 6;
    internal const int TcpNoDelay = 1;
    internal const int ReuseAddress = 2;
    internal const int SendBuffer = 7;
    internal const int ReceiveBuffer = 8;
    internal const int ShutdownWrite = 1;
    internal const int ShutdownBoth = 2;
    internal const int AddressBytes = 28;

    internal static int Bind(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* p = address)
            return bind(fd, p, (uint)address.Length);
    }

    internal static int Listen(int fd, int backlog) => listen(fd, backlog);

    internal static int Accept(int fd) => accept4(fd, null, null, Cloexec | NonBlock);

    internal static int Shutdown(int fd, int how) => shutdown(fd, how);

    /// <summary>The port that the kernel gave; 0 after a failure.</summary>
    internal static int LocalPort(int fd)
    {
        var address = stackalloc byte[128];
        uint length = 128;
        return getsockname(fd, address, &length) < 0 ? 0 : address[2] << 8 | address[3];
    }

    internal static nint ReceiveFrom(int fd, Span<byte> buffer, Span<byte> address, out int addressLength)
    {
        var length = (uint)address.Length;
        fixed (byte* p = buffer, a = address)
        {
            var count = recvfrom(fd, p, (nuint)buffer.Length, 0, a, &length);
            addressLength = (int)length;
            return count;
        }
    }

    internal static nint SendTo(int fd, ReadOnlySpan<byte> data, ReadOnlySpan<byte> address)
    {
        fixed (byte* p = data, a = address)
            return sendto(fd, p, (nuint)data.Length, NoSignal, a, (uint)address.Length);
    }

    [LibraryImport("libc")]
    private static partial int bind(int fd, byte* address, uint length);

    [LibraryImport("libc")]
    private static partial int listen(int fd, int backlog);

    [LibraryImport("libc")]
    private static partial int accept4(int fd, byte* address, uint* length, int flags);

    [LibraryImport("libc")]
    private static partial int shutdown(int fd, int how);

    [LibraryImport("libc")]
    private static partial int getsockname(int fd, byte* address, uint* length);

    [LibraryImport("libc")]
    private static partial nint recvfrom(int fd, byte* data, nuint length, int flags, byte* address, uint* addressLength);

    [LibraryImport("libc")]
    private static partial nint sendto(int fd, byte* data, nuint length, int flags, byte* address, uint addressLength);
}
