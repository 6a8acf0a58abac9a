namespace LoadShaper.Domain.Units;

/// <summary>How long to wait before the next attempt: the first delay, doubled with each failure, at most the longest.</summary>
/// <param name="First">Delay after the first failure.</param>
/// <param name="Longest">Upper bound of the delay.</param>
/// <param name="Failures">Failures in a row, 0 or more.</param>
public readonly record struct BackOff(TimeSpan First, TimeSpan Longest, int Failures = 0)
{
    // 2^32 times a tick is 7 minutes: more doublings than this only risk an overflow.
    private const int MostDoublings = 32;

    /// <summary>Zero while nothing has failed.</summary>
    public TimeSpan Delay => Failures <= 0 ? TimeSpan.Zero : Doubled(Failures - 1);

    public BackOff Next() => this with { Failures = Math.Max(0, Failures) + 1 };

    public BackOff Reset() => this with { Failures = 0 };

    private TimeSpan Doubled(int times)
    {
        var doubled = First.Ticks * Math.Pow(2, Math.Min(times, MostDoublings));
        return doubled < Longest.Ticks ? TimeSpan.FromTicks((long)doubled) : Longest;
    }
}
