using System.Runtime.InteropServices;
using System.Text;

namespace LoadShaper.Daemon.Network;

/// <summary>Finds the interface that has an alternative name (`ip link` lists them as altname).</summary>
internal static partial class InterfaceNames
{
    private const int LongestName = 16;

    /// <returns>The kernel's name of the interface; null when no interface has this name.</returns>
    public static string? OfThisMachine(string name)
    {
        var index = IndexOf(name);
        if (index == 0)
            return null;
        var buffer = new byte[LongestName];
        return NameOf(index, buffer) == 0 ? null : Encoding.UTF8.GetString(buffer.AsSpan(0, Math.Max(0, Array.IndexOf(buffer, (byte)0))));
    }

    // The kernel answers for alternative names too.
    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint IndexOf(string name);

    [LibraryImport("libc", EntryPoint = "if_indextoname")]
    private static partial nint NameOf(uint index, [Out] byte[] name);
}
