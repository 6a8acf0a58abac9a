using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>A file of /proc/pressure: the share of time in which some task stalled, averaged over 10 s.</summary>
public static class ProcPressure
{
    public static Percent? Parse(ReadOnlySpan<byte> text)
    {
        var lines = new ProcText(text);
        while (lines.NextLine(out var line))
        {
            if (!line.NextWord().SequenceEqual("some"u8))
                continue;
            var average = line.NextWord();
            return average.StartsWith("avg10="u8) && ProcText.Double(average[6..]) is { } value ? Percent.Clamp(value) : null;
        }

        return null;
    }
}
