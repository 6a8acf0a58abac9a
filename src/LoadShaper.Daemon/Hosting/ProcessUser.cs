using System.Globalization;
using System.Runtime.InteropServices;

namespace LoadShaper.Daemon.Hosting;

/// <summary>The user of this process, for messages. A container may run as a number without an entry in /etc/passwd.</summary>
internal static partial class ProcessUser
{
    /// <summary>The effective user id.</summary>
    public static uint Id => EffectiveId();

    /// <summary>The name; the number when the user has no name.</summary>
    public static string Name => NameOr(() => Environment.UserName, Id);

    internal static string NameOr(Func<string> name, uint id)
    {
        var number = id.ToString(CultureInfo.InvariantCulture);
        try
        {
            return name() is { Length: > 0 } found ? found : number;
        }
        catch (IOException)
        {
            // The runtime throws it when /etc/passwd does not exist.
            return number;
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveId();
}
