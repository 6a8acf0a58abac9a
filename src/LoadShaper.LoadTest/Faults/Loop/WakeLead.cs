namespace LoadShaper.LoadTest.Faults.Loop;

/// <summary>
/// How much earlier than a due time the thread asks to be woken, because it runs only some time after that (50 to 100 µs on
/// a virtual machine). Follows the lateness that three of four wake-ups do not exceed. The rest of the time is polled, so that
/// nothing is passed on early.
/// </summary>
internal sealed class WakeLead
{
    /// <summary>Nanoseconds; the most that is polled for each wake-up.</summary>
    internal const long Longest = 100_000;
    private const long Shorter = 1_000;
    private const long Longer = 3 * Shorter;

    /// <summary>Nanoseconds.</summary>
    internal long Value { get; private set; }

    /// <param name="lateness">Nanoseconds between the time that was asked for and the time at which the thread ran.</param>
    internal void OnWoken(long lateness) =>
        Value = Math.Clamp(Value + (lateness > Value ? Longer : -Shorter), 0, Longest);
}
