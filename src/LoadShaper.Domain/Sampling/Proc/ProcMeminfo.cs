using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>/proc/meminfo.</summary>
public static class ProcMeminfo
{
    // No machine has an exbibyte; sums of such figures would overflow.
    private const long MostKiB = 1L << 50;

    /// <summary>Null when it does not say how much memory there is and how much is free.</summary>
    public static MemoryReading? Parse(ReadOnlySpan<byte> text)
    {
        ByteSize? total = null, free = null, available = null;
        ByteSize buffers = default, cached = default, reclaimable = default, shared = default;
        var lines = new ProcText(text);
        while (lines.NextLine(out var line))
        {
            var name = line.UpToColon();
            if (line.NextLong() is not { } kib || kib > MostKiB)
                continue;
            var size = ByteSize.FromKiB(kib);
            if (name.SequenceEqual("MemTotal"u8)) total = size;
            else if (name.SequenceEqual("MemFree"u8)) free = size;
            else if (name.SequenceEqual("MemAvailable"u8)) available = size;
            else if (name.SequenceEqual("Buffers"u8)) buffers = size;
            else if (name.SequenceEqual("Cached"u8)) cached = size;
            else if (name.SequenceEqual("SReclaimable"u8)) reclaimable = size;
            else if (name.SequenceEqual("Shmem"u8)) shared = size;
        }

        return total is { Bytes: > 0 } t && free is { } f
            ? new MemoryReading(t, f, available, buffers, cached, reclaimable, shared)
            : null;
    }
}
