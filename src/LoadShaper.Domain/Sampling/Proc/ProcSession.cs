namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>/proc/self/stat: whether the process leads its session.</summary>
public static class ProcSession
{
    /// <summary>Null when it does not say.</summary>
    public static bool? ParseLeads(ReadOnlySpan<byte> text)
    {
        var process = new ProcText(text).NextLong();

        // The name is in parentheses and may hold blanks and parentheses; then state, ppid, pgrp, session.
        var words = new ProcText(text[(text.LastIndexOf((byte)')') + 1)..]);
        words.NextWord();
        words.NextWord();
        words.NextWord();
        return process is { } id && words.NextLong() is { } session ? id == session : null;
    }
}
