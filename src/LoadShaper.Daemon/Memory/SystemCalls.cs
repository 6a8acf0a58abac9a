using System.Runtime.InteropServices;

namespace LoadShaper.Daemon.Memory;

/// <summary>The system calls that taking and keeping memory needs; numbers are those of Linux on x86-64 and arm64.</summary>
internal static unsafe partial class SystemCalls
{
    internal const int ReadWrite = 0x1 | 0x2;
    internal const int PrivateAnonymous = 0x02 | 0x20;

    internal const int AdviseUnmergeable = 13;
    internal const int AdviseHugePages = 14;
    internal const int AdviseNoHugePages = 15;
    internal const int AdviseDontDump = 16;

    internal const short PollIn = 0x1;
    internal const short PollOut = 0x4;

    internal static readonly nint MapFailed = -1;

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFd
    {
        internal int Fd;
        internal short Events;
        internal short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Bytes
    {
        internal nint Start;
        internal nint Length;
    }

    [LibraryImport("libc", EntryPoint = "process_vm_writev")]
    internal static partial nint WriteInto(int pid, Bytes* from, nuint fromCount, Bytes* to, nuint toCount, nuint flags);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    internal static partial nint Map(nint address, nint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    internal static partial int Unmap(nint address, nint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    internal static partial int Advise(nint address, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "mincore")]
    internal static partial int InCore(nint address, nint length, byte* pages);

    [LibraryImport("libc", EntryPoint = "poll")]
    internal static partial int Poll(PollFd* fds, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int fd, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write")]
    internal static partial nint Write(int fd, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "pread")]
    internal static partial nint ReadAt(int fd, byte* buffer, nint count, nint offset);

    [LibraryImport("libc", EntryPoint = "getppid")]
    internal static partial int ParentPid();
}
