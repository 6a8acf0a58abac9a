namespace LoadShaper.LoadTest.Engine.Native;

/// <summary>Error numbers of Linux that the engine distinguishes; the same on x64 and arm64.</summary>
internal static class Errors
{
    internal const int Interrupted = 4;
    internal const int Again = 11;
    internal const int OutOfMemory = 12;
    internal const int TooManyFilesInSystem = 23;
    internal const int TooManyFiles = 24;
    internal const int NoSpace = 28;
    internal const int BrokenPipe = 32;
    internal const int NotImplemented = 38;
    internal const int AddressNotAvailable = 99;
    internal const int ConnectionReset = 104;
    internal const int NoBuffers = 105;
    internal const int ConnectionRefused = 111;
    internal const int InProgress = 115;

    /// <summary>The machine of the generator ran out of something, which is not the target's failure.</summary>
    internal static bool IsLocalResource(int errno) =>
        errno is OutOfMemory or TooManyFilesInSystem or TooManyFiles or NoSpace or AddressNotAvailable or NoBuffers;

    internal static string Text(int errno) => errno switch
    {
        2 => "no such file (ENOENT)",
        Again => "temporarily unavailable, such as a full listen queue (EAGAIN)",
        NoSpace => "too many watched descriptors (ENOSPC); raise fs.epoll.max_user_watches",
        13 => "permission denied (EACCES)",
        OutOfMemory => "out of memory (ENOMEM)",
        TooManyFilesInSystem => "too many open files in the system (ENFILE)",
        TooManyFiles => "too many open files (EMFILE); raise the limit with ulimit -n",
        BrokenPipe => "closed by the target while sending (EPIPE)",
        90 => "message too long (EMSGSIZE)",
        AddressNotAvailable => "no free local port (EADDRNOTAVAIL); widen net.ipv4.ip_local_port_range or keep connections alive",
        100 => "network down (ENETDOWN)",
        101 => "network unreachable (ENETUNREACH)",
        103 => "connection aborted (ECONNABORTED)",
        ConnectionReset => "reset by the target (ECONNRESET)",
        NoBuffers => "no buffer space (ENOBUFS)",
        110 => "timed out in the kernel (ETIMEDOUT)",
        ConnectionRefused => "refused (ECONNREFUSED)",
        113 => "host unreachable (EHOSTUNREACH)",
        _ => $"error number {errno}",
    };
}
