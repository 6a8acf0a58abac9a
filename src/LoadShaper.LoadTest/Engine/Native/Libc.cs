using System.Runtime.InteropServices;

namespace LoadShaper.LoadTest.Engine.Native;

/// <summary>
/// The system calls of the engine threads. All return -1 and leave errno on failure, read by <see cref="Errno"/> directly
/// after the call. The calls that never block skip the transition of the garbage collector's cooperative mode.
/// </summary>
internal static unsafe partial class Libc
{
    internal const int EpollIn = 1;
    internal const int EpollOut = 4;
    internal const int EpollErr = 8;
    internal const int EpollHup = 16;
    internal const int EpollRdHup = 0x2000;
    internal const int EpollAdd = 1;
    internal const int EpollDelete = 2;
    internal const int EpollModify = 3;

    private const int ClockMonotonic = 1;
    private const int TimerAbsolute = 1;
    private const int TimerSlack = 29;
    private const int Cloexec = 0x80000;
    private const int NonBlock = 0x800;
    private const int NoSignal = 0x4000;
    private const int SystemEpollPwait2 = 441;

    internal static int Errno => Marshal.GetLastSystemError();

    internal static int Epoll() => epoll_create1(Cloexec);

    internal static int EventFd() => eventfd(0, Cloexec | NonBlock);

    internal static int TimerFd() => timerfd_create(ClockMonotonic, Cloexec | NonBlock);

    internal static int Socket(int family, int type) => socket(family, type | Cloexec | NonBlock, 0);

    internal static int Connect(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* p = address)
            return connect(fd, p, (uint)address.Length);
    }

    internal static nint Send(int fd, ReadOnlySpan<byte> data)
    {
        fixed (byte* p = data)
            return send(fd, p, (nuint)data.Length, NoSignal);
    }

    internal static nint Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* p = buffer)
            return recv(fd, p, (nuint)buffer.Length, 0);
    }

    internal static int Close(int fd) => close(fd);

    internal static int EpollControl(int epoll, int operation, int fd, int events, long data)
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            var packed = new PackedEvent { Events = (uint)events, Data = data };
            return epoll_ctl(epoll, operation, fd, &packed);
        }

        var aligned = new AlignedEvent { Events = (uint)events, Data = data };
        return epoll_ctl(epoll, operation, fd, &aligned);
    }

    /// <summary>Waits with nanosecond resolution; negative: without a limit. ENOSYS before Linux 5.11.</summary>
    internal static int EpollWait2(int epoll, byte* events, int count, long nanoseconds)
    {
        var time = new TimeSpec { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
        return (int)syscall6(SystemEpollPwait2, epoll, (nint)events, count, nanoseconds < 0 ? 0 : (nint)(&time), 0, 8);
    }

    internal static int EpollWait(int epoll, byte* events, int count, int milliseconds) => epoll_wait(epoll, events, count, milliseconds);

    internal static int SetTimer(int fd, long absoluteNanoseconds)
    {
        var spec = new TimerSpec { Seconds = absoluteNanoseconds / 1_000_000_000, Nanoseconds = absoluteNanoseconds % 1_000_000_000 };
        return timerfd_settime(fd, TimerAbsolute, &spec, null);
    }

    /// <summary>Drains an eventfd or timerfd.</summary>
    internal static void Drain(int fd)
    {
        long value;
        _ = read(fd, &value, 8);
    }

    internal static void Signal(int fd)
    {
        long one = 1;
        _ = write(fd, &one, 8);
    }

    internal static int SetOption(int fd, int level, int name, int value) => setsockopt(fd, level, name, &value, 4);

    /// <summary>SO_LINGER with zero: the close resets the connection and leaves no TIME_WAIT behind.</summary>
    internal static void ResetOnClose(int fd)
    {
        long linger = 1;
        _ = setsockopt(fd, SocketLevel, SocketLinger, &linger, 8);
    }

    internal static int SocketError(int fd)
    {
        int value = 0;
        uint length = 4;
        return getsockopt(fd, SocketLevel, SocketErrorOption, &value, &length) == 0 ? value : Errno;
    }

    /// <summary>Timers of the calling thread fire without slack (50 µs by default).</summary>
    internal static void RemoveTimerSlack() => _ = prctl(TimerSlack, 1, 0, 0, 0);

    internal static int ThreadId() => gettid();

    internal const int SocketLevel = 1;
    private const int SocketErrorOption = 4;
    private const int SocketLinger = 13;

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal struct PackedEvent
    {
        internal uint Events;
        internal long Data;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct AlignedEvent
    {
        internal uint Events;
        internal long Data;
    }

    private struct TimeSpec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }

    private struct TimerSpec
    {
        internal long IntervalSeconds;
        internal long IntervalNanoseconds;
        internal long Seconds;
        internal long Nanoseconds;
    }

    [LibraryImport("libc")]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc"), SuppressGCTransition]
    private static partial int epoll_ctl(int epoll, int operation, int fd, void* value);

    [LibraryImport("libc")]
    private static partial int epoll_wait(int epoll, void* events, int count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint syscall6(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc")]
    private static partial int eventfd(uint value, int flags);

    [LibraryImport("libc")]
    private static partial int timerfd_create(int clock, int flags);

    [LibraryImport("libc"), SuppressGCTransition]
    private static partial int timerfd_settime(int fd, int flags, TimerSpec* value, void* old);

    [LibraryImport("libc")]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc")]
    private static partial int connect(int fd, byte* address, uint length);

    [LibraryImport("libc")]
    private static partial nint send(int fd, byte* data, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial nint recv(int fd, byte* data, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial int close(int fd);

    [LibraryImport("libc"), SuppressGCTransition]
    private static partial nint read(int fd, void* data, nuint length);

    [LibraryImport("libc"), SuppressGCTransition]
    private static partial nint write(int fd, void* data, nuint length);

    [LibraryImport("libc")]
    private static partial int setsockopt(int fd, int level, int name, void* value, uint length);

    [LibraryImport("libc")]
    private static partial int getsockopt(int fd, int level, int name, void* value, uint* length);

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc")]
    private static partial int gettid();
}
