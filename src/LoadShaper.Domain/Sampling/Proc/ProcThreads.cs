namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>/proc/self/stat: the number of threads of the process.</summary>
public static class ProcThreads
{
    // Fields between the name and num_threads, see proc_pid_stat(5).
    private const int FieldsBefore = 17;

    /// <returns>Null when it cannot be read.</returns>
    public static long? Parse(ReadOnlySpan<byte> text)
    {
        // The name is in parentheses and may hold blanks and parentheses.
        var words = new ProcText(text[(text.LastIndexOf((byte)')') + 1)..]);
        for (var i = 0; i < FieldsBefore; i++)
            words.NextWord();
        return words.NextLong();
    }
}
