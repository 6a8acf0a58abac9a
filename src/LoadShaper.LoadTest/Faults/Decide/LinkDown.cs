namespace LoadShaper.LoadTest.Faults.Decide;

/// <summary>When TCP data moves again after a link was down: at the first retransmission after the link came back.</summary>
public static class LinkDown
{
    private const int MostDoublings = 9;

    /// <param name="since">When data was first held back, in nanoseconds.</param>
    /// <param name="up">When the link works again; <see cref="long.MaxValue"/>: never.</param>
    public static long ResumeAt(long since, long up, long roundTrip)
    {
        if (up == long.MaxValue)
            return up;
        var at = since;
        var timeout = roundTrip + TcpLossModel.LeastVariation;
        for (var doublings = 0; at < up; doublings++)
            at += timeout << Math.Min(doublings, MostDoublings);
        return at;
    }
}
