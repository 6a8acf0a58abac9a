using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LoadShaper.Daemon.Hosting;

/// <summary>Identity of a file under any name: device and inode.</summary>
internal readonly partial record struct FileIdentity(uint Major, uint Minor, ulong Inode)
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH: the descriptor itself
    private const uint InodeWanted = 0x100; // STATX_INO

    /// <returns>Null when there is no such file, it cannot be examined, or the C library has no statx (before glibc 2.28).</returns>
    public static FileIdentity? Of(string path) => Of(CurrentDirectory, path, 0);

    /// <returns>Null when it cannot be examined.</returns>
    public static FileIdentity? Of(SafeFileHandle file) => Of(file.DangerousGetHandle().ToInt32(), "", EmptyPath);

    public override string ToString() => $"{Major}:{Minor}:{Inode}";

    private static FileIdentity? Of(int directory, string path, int flags)
    {
        try
        {
            return Statx(directory, path, flags, InodeWanted, out var status) == 0
                ? new FileIdentity(status.DeviceMajor, status.DeviceMinor, status.Inode)
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    // struct statx is the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileStatus
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, out FileStatus status);
}
