namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>/proc/self/task/TID/stat: the CPU time of a thread in ticks, for kernels without schedstat.</summary>
public static class ProcTaskStat
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    // Fields between the name and utime: state, ppid, pgrp, session, tty_nr, tpgid, flags, minflt, cminflt, majflt, cmajflt.
    private const int FieldsBefore = 11;

    public static TimeSpan? Parse(ReadOnlySpan<byte> text)
    {
        // The name is in parentheses and may hold blanks and parentheses.
        var words = new ProcText(text[(text.LastIndexOf((byte)')') + 1)..]);
        for (var i = 0; i < FieldsBefore; i++)
            words.NextWord();
        return words.NextLong() is { } user && words.NextLong() is { } system ? (user + system) * Tick : null;
    }
}
