using System.Buffers.Text;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Memory;

/// <summary>
/// Memory PSI over the time since it was last asked. The kernel's own averages still show pressure ten seconds after
/// it ended, and everything would be given back for nothing.
/// </summary>
internal sealed class PressureFile(string path) : IDisposable
{
    private readonly KernelFile _file = new(path);
    private (TimeSpan Total, TimeSpan At)? _last;

    /// <param name="now">A monotonic time.</param>
    /// <returns>The share of time in which a task waited for memory; null at first and where the kernel does not report it.</returns>
    internal Percent? Read(TimeSpan now)
    {
        var last = _last;
        _last = Parse(_file.Read()) is { } total ? (total, now) : null;
        return _last is { } next && last is { } before && now > before.At
            ? Percent.Clamp(100 * ((next.Total - before.Total) / (now - before.At)))
            : null;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The time since boot in which some task waited.</summary>
    private static TimeSpan? Parse(ReadOnlySpan<byte> text)
    {
        var some = text[..Math.Max(0, text.IndexOf((byte)'\n'))];
        var at = some.IndexOf("total="u8);
        return some.StartsWith("some "u8) && at >= 0 && Utf8Parser.TryParse(some[(at + "total=".Length)..], out long microseconds, out _)
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
    }
}
