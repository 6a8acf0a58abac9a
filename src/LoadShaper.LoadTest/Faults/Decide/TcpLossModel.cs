namespace LoadShaper.LoadTest.Faults.Decide;

/// <summary>
/// How much later the data of a lost TCP segment arrives on Linux. A proxy cannot drop a segment, so it delays the data by
/// what the kernel's recovery would take: RACK and fast retransmission while other segments are acknowledged (RFC 8985), a
/// tail loss probe for the last of several, and the retransmission time-out (RFC 6298, at least 200 ms) for a lone one.
/// </summary>
public static class TcpLossModel
{
    /// <summary>Payload of a segment on a link with an MTU of 1,500 and time stamps.</summary>
    public const int SegmentBytes = 1_448;

    public const long Millisecond = 1_000_000;

    /// <summary>RTO_MIN of Linux.</summary>
    public const long LeastVariation = 200 * Millisecond;

    /// <summary>Two timer ticks at 250 Hz, which the kernel adds to a tail loss probe.</summary>
    private const long ProbeSlack = 8 * Millisecond;
    private const int FastRetransmitAfter = 3;
    private const int MostRetransmissions = 8;

    /// <param name="roundTrip">Nanoseconds, without the data's own waiting time.</param>
    /// <param name="following">Segments of the same direction that are sent directly after it.</param>
    /// <param name="others">Whether earlier ones are still unacknowledged.</param>
    /// <param name="retransmissionsLost">How often the repeated segment was lost too.</param>
    /// <returns>Extra nanoseconds.</returns>
    public static long ExtraDelay(long roundTrip, int following, bool others, int retransmissionsLost)
    {
        var timeout = roundTrip + LeastVariation;
        var lone = following == 0 && !others;
        var first = following >= FastRetransmitAfter ? roundTrip
            : following > 0 ? roundTrip + roundTrip / 4
            : others ? Math.Min(timeout, 2 * roundTrip + ProbeSlack)
            : timeout;
        // After a time-out the next one is twice as long; after a fast retransmission it is the first.
        var again = (1L << Math.Min(retransmissionsLost, MostRetransmissions)) - 1;
        return first + again * (lone ? 2 * timeout : timeout);
    }
}
