using System.Text.Json;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Units;
using Microsoft.Win32.SafeHandles;

namespace LoadShaper.Daemon.Network;

/// <summary>
/// traffic-mark.json in the data directory: the <see cref="LedgerMark"/> of the present entry, and of the one that is on its way to
/// the journal. Overwritten in place, without fsync: what is written survives the process and not the machine, so a mark of another
/// boot is ignored. A file that is missing or damaged costs accuracy alone: the whole reservation counts as sent.
/// </summary>
internal sealed class LedgerMarkFile(string path, string bootId) : IDisposable
{
    public const string FileName = "traffic-mark.json";

    // One size, so that a shorter text leaves nothing of a longer one. Within one page.
    private const int Size = 1024;

    private SafeFileHandle? _file;

    private sealed record Content(int Version, string? Boot, IReadOnlyList<Mark>? Marks);

    private sealed record Mark(
        DateOnly Month, long SentExternal, long SentPrivate, long ReservedExternal, long ReservedPrivate, long UsedExternal, long UsedPrivate);

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Why the marks cannot be written; null while they can.</summary>
    public string? Problem { get; private set; }

    /// <returns>Nothing where the file is missing, damaged or of another boot.</returns>
    public IReadOnlyList<LedgerMark> Read()
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length != Size)
                return [];
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path), Options);
            return content is { Version: 1, Marks: { } marks } && content.Boot == bootId && bootId.Length > 0
                ? [.. marks.Where(IsPlausible).Select(From)]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    /// <summary>A write into the page cache; it does not wait for the disk.</summary>
    /// <returns>False when it cannot be written; the file is removed then, because what it shows is too little.</returns>
    public bool TryWrite(IReadOnlyList<LedgerMark> marks)
    {
        if (Problem is not null)
            return false;
        try
        {
            if (bootId.Length == 0)
                throw new IOException("the boot id of the kernel cannot be read");
            var text = JsonSerializer.SerializeToUtf8Bytes(new Content(1, bootId, [.. marks.Select(To)]), Options);
            var bytes = new byte[Size];
            bytes.AsSpan().Fill((byte)' ');
            text.CopyTo(bytes, 0);
            bytes[^1] = (byte)'\n';
            _file ??= File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
            RandomAccess.Write(_file, bytes, 0);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Problem = e.Message;
            Remove();
            return false;
        }
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>Of the running kernel; empty when it cannot be read.</summary>
    public static string ReadBootId(string path = "/proc/sys/kernel/random/boot_id")
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private void Remove()
    {
        _file?.Dispose();
        _file = null;
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Of a directory that is read-only now; the problem is reported already.
        }
    }

    private static bool IsPlausible(Mark? mark) =>
        mark is { SentExternal: >= 0, SentPrivate: >= 0, UsedExternal: >= 0, UsedPrivate: >= 0 }
        && mark.UsedExternal <= mark.ReservedExternal && mark.UsedPrivate <= mark.ReservedPrivate;

    private static LedgerMark From(Mark mark) => new(
        mark.Month, Of(mark.SentExternal, mark.SentPrivate), Of(mark.ReservedExternal, mark.ReservedPrivate), Of(mark.UsedExternal, mark.UsedPrivate));

    private static Mark To(LedgerMark mark) => new(
        mark.Month, mark.Sent.External.Bytes, mark.Sent.Private.Bytes, mark.Reserved.External.Bytes, mark.Reserved.Private.Bytes,
        mark.Used.External.Bytes, mark.Used.Private.Bytes);

    private static Traffic Of(long external, long @private) => new(ByteSize.FromBytes(external), ByteSize.FromBytes(@private));
}
