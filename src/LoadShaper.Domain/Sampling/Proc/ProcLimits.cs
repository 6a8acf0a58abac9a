namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>/proc/self/limits: how many file descriptors the process may have open.</summary>
public static class ProcLimits
{
    /// <returns>The soft limit; null when it cannot be read, or is "unlimited".</returns>
    public static long? ParseOpenFiles(ReadOnlySpan<byte> text)
    {
        for (var lines = new ProcText(text); lines.NextLine(out var line);)
        {
            if (line.NextWord().SequenceEqual("Max"u8) && line.NextWord().SequenceEqual("open"u8) && line.NextWord().SequenceEqual("files"u8))
                return line.NextLong();
        }

        return null;
    }
}
