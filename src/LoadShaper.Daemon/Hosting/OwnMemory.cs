using System.Runtime.InteropServices;

namespace LoadShaper.Daemon.Hosting;

/// <summary>What the daemon itself has taken from the machine and no longer needs.</summary>
internal static partial class OwnMemory
{
    /// <summary>
    /// A quiet daemon collects garbage so seldom that the machine would never see the memory again, and what the compiler
    /// and SQLite have freed stays with the C library until it is asked for.
    /// </summary>
    public static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no such call; it gives back by itself.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint keep);
}
