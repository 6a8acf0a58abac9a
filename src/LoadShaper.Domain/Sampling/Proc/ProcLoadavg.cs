namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>/proc/loadavg: tasks that ran, wanted to run or waited for a disk, averaged over 1, 5 and 15 minutes.</summary>
public readonly record struct ProcLoadavg(double OneMinute, double FiveMinutes, double FifteenMinutes)
{
    public static ProcLoadavg? Parse(ReadOnlySpan<byte> text)
    {
        var words = new ProcText(text);
        return words.NextDouble() is { } one && words.NextDouble() is { } five && words.NextDouble() is { } fifteen
            ? new ProcLoadavg(one, five, fifteen)
            : null;
    }
}
