using System.Runtime.CompilerServices;

namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>/proc/self/task/TID/schedstat: how long a thread has run, and how long it was kept waiting for a CPU.</summary>
public readonly record struct ProcSchedstat(TimeSpan Ran, TimeSpan Waited)
{
    private const long NanosecondsPerTick = 100;

    // Burning threads parse this themselves, so it is compiled at once and calls nothing that is not.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ProcSchedstat? Parse(ReadOnlySpan<byte> text)
    {
        var ran = Number(ref text);
        var waited = Number(ref text);
        return ran < 0 || waited < 0
            ? null
            : new ProcSchedstat(new TimeSpan(ran / NanosecondsPerTick), new TimeSpan(waited / NanosecondsPerTick));
    }

    // Takes the next number; -1 when there is none.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Number(ref ReadOnlySpan<byte> text)
    {
        var i = 0;
        while (i < text.Length && text[i] == ' ')
            i++;
        var start = i;
        long value = 0;
        while (i < text.Length && text[i] is >= (byte)'0' and <= (byte)'9')
        {
            if (value > (long.MaxValue - 9) / 10)
                return -1;
            value = 10 * value + (text[i++] - '0');
        }

        var isWord = i > start && (i == text.Length || text[i] is (byte)' ' or (byte)'\n');
        text = text[i..];
        return isWord ? value : -1;
    }
}
