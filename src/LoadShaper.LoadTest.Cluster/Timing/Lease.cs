namespace LoadShaper.LoadTest.Cluster.Timing;

/// <summary>
/// The permission of a coordinator to take part. A worker that has received nothing for its length stops; a coordinator
/// that has received nothing for as long counts the worker as lost. Times are monotonic.
/// </summary>
/// <param name="RenewedAt">Nanoseconds of the holder's own monotonic clock.</param>
/// <param name="Length">How long it lasts; the coordinator decides with every renewal.</param>
public readonly record struct Lease(long RenewedAt, TimeSpan Length)
{
    /// <summary>While there is a run: no load without its coordinator.</summary>
    public static TimeSpan RunLength { get; } = TimeSpan.FromSeconds(5);

    /// <summary>While there is none: an idle node wakes less often.</summary>
    public static TimeSpan IdleLength { get; } = TimeSpan.FromSeconds(18);

    /// <summary>How often the coordinator renews it while there is a run.</summary>
    public static TimeSpan RunRenewal { get; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the coordinator renews it while there is none.</summary>
    public static TimeSpan IdleRenewal { get; } = TimeSpan.FromSeconds(6);

    // Shorter than an interval of renewals, so leases that end within it missed the same ones.
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Positions of the leases that have ended. Once one has, those that are about to end are among them: workers that were lost
    /// together are lost in one step, so that none of them takes over a part of another.
    /// </summary>
    public static IReadOnlyList<int> Ended(IReadOnlyList<Lease> leases, long now)
    {
        var tolerance = leases.Any(lease => lease.ExpiredAt(now)) ? Together : TimeSpan.Zero;
        return [.. Enumerable.Range(0, leases.Count).Where(i => leases[i].Remaining(now) <= tolerance)];
    }

    /// <summary>Nanoseconds of the holder's clock.</summary>
    public long ExpiresAt => RenewedAt + Length.Ticks * TimeSpan.NanosecondsPerTick;

    public bool ExpiredAt(long now) => Remaining(now) <= TimeSpan.Zero;

    /// <summary>Zero or negative: expired.</summary>
    public TimeSpan Remaining(long now) => Length - TimeSpan.FromTicks((now - RenewedAt) / TimeSpan.NanosecondsPerTick);
}
