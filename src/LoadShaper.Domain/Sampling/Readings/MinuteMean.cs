namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>The means over one UTC minute, percent. A metric that was not seen is null.</summary>
/// <param name="Start">The minute's first moment.</param>
/// <param name="Seen">How much of the minute its samples cover; it counts from half of it on.</param>
/// <param name="Busy">CPU use as Oracle counts it, steal included, of all CPUs.</param>
/// <param name="BusyWithoutSteal">What a hypervisor-side metric could see of it.</param>
/// <param name="Own">What this daemon used.</param>
/// <param name="Memory">The lowest figure of the formulas for used memory.</param>
/// <param name="Network">The busier direction as a share of the link.</param>
/// <param name="Load">1-minute load average per core, ours included.</param>
/// <param name="IsSeeded">
/// Not measured here: from Oracle's monitoring. Whose load it was is not known, so all of it counts as our own: nothing
/// relies on it as real load.
/// </param>
public readonly record struct MinuteMean(
    DateTimeOffset Start,
    TimeSpan Seen,
    double Busy,
    double BusyWithoutSteal,
    double Own,
    double? Memory = null,
    double? Network = null,
    double? Load = null,
    bool IsSeeded = false)
{
    public double Foreign => Math.Max(0, Busy - Own);

    public double Steal => Math.Max(0, Busy - BusyWithoutSteal);

    /// <summary>Minutes since 1970-01-01T00:00Z.</summary>
    public long Index => Start.ToUnixTimeSeconds() / 60;

    public static DateTimeOffset StartOf(long index) => DateTimeOffset.UnixEpoch.AddMinutes(index);
}
