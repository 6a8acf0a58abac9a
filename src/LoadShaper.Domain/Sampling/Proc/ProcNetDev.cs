using System.Text;

namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>/proc/net/dev: bytes that one interface has received and sent since it came up.</summary>
public readonly record struct ProcNetDev(long Received, long Sent)
{
    // Columns between the received and the sent bytes: packets, errs, drop, fifo, frame, compressed, multicast.
    private const int ColumnsBetween = 7;

    /// <summary>Null when the interface is not there.</summary>
    public static ProcNetDev? Parse(ReadOnlySpan<byte> text, string networkInterface)
    {
        Span<byte> wanted = stackalloc byte[Encoding.UTF8.GetMaxByteCount(networkInterface.Length)];
        wanted = wanted[..Encoding.UTF8.GetBytes(networkInterface, wanted)];
        var lines = new ProcText(text);
        while (lines.NextLine(out var line))
        {
            if (!line.UpToColon().SequenceEqual(wanted) || wanted.IsEmpty)
                continue;
            var received = line.NextLong();
            for (var i = 0; i < ColumnsBetween; i++)
                line.NextWord();
            return received is { } r && line.NextLong() is { } s ? new ProcNetDev(r, s) : null;
        }

        return null;
    }
}
