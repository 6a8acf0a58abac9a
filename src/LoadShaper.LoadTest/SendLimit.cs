namespace LoadShaper.LoadTest;

/// <summary>
/// Until when requests may be sent. The engine compares it with the clock before it sends, so that a process that was
/// frozen sends nothing that became due in the meantime. Once it has passed, the run ends. Thread-safe.
/// </summary>
/// <param name="nanoseconds">CLOCK_MONOTONIC of this machine.</param>
public sealed class SendLimit(long nanoseconds)
{
    private long _nanoseconds = nanoseconds;

    /// <summary>CLOCK_MONOTONIC of this machine.</summary>
    public long Nanoseconds => Volatile.Read(ref _nanoseconds);

    /// <summary>Sets a new limit; one caller at a time.</summary>
    public void MoveTo(long nanoseconds) => Volatile.Write(ref _nanoseconds, nanoseconds);
}
