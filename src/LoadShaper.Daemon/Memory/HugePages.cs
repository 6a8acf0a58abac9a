using System.Globalization;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Memory;

/// <summary>Whether the kernel offers transparent huge pages of the size that memory is taken in.</summary>
internal static class HugePages
{
    private const string Folder = "/sys/kernel/mm/transparent_hugepage";

    internal static bool Read()
    {
        try
        {
            return Parse(File.ReadAllText($"{Folder}/enabled"), File.ReadAllText($"{Folder}/hpage_pmd_size"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>With 64 KiB pages a huge page is 512 MiB: more than is ever taken in one step, so none is asked for.</summary>
    internal static bool Parse(string enabled, string size) =>
        !enabled.Contains("[never]", StringComparison.Ordinal)
        && long.TryParse(size.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
        && bytes == ByteSize.FromMiB(2).Bytes;
}
