namespace LoadShaper.LoadTest.Faults.Decide;

/// <summary>From when data is delayed: from its arrival in the kernel, not from the time at which the proxy came to read it.</summary>
public static class ArrivalTime
{
    /// <summary>Nanoseconds of the clock of <paramref name="now"/>.</summary>
    /// <param name="age">How long ago the data arrived; negative when the wall clock was set back.</param>
    /// <param name="notBefore">When reading last began again after the proxy had stopped it: waiting for that is no part of a delay.</param>
    public static long Of(long now, long age, long notBefore) => Math.Min(now, Math.Max(now - Math.Clamp(age, 0, Longest), notBefore));

    // A wall clock that was set forward between arrival and reading must not cancel the delay; a proxy that runs is never this late.
    private const long Longest = 100 * TcpLossModel.Millisecond;
}
