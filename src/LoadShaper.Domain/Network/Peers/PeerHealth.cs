using LoadShaper.Domain.Network.Hello;

namespace LoadShaper.Domain.Network.Peers;

/// <summary>Whether a peer receives.</summary>
public enum PeerPhase
{
    /// <summary>Not asked yet, or not answered yet.</summary>
    Unknown,

    /// <summary>It answers; traffic goes there while it does.</summary>
    Up,

    /// <summary>It does not answer, or nothing arrives.</summary>
    Down,
}

/// <summary>What is known of one peer over one protocol; times are monotonic.</summary>
/// <param name="Asked">When the last hello was sent; null before the first.</param>
/// <param name="Answered">When the last answer came; null before the first.</param>
/// <param name="Answers">Answers in a row.</param>
/// <param name="Misses">Hellos in a row without an answer.</param>
/// <param name="Reputation">0 to 100; 50 is neutral.</param>
/// <param name="RatedAt">When the reputation was last changed.</param>
/// <param name="Loss">Share of the data packets that did not arrive, smoothed, 0 to 1; null before it is known.</param>
/// <param name="Counters">Packets and highest sequence number of the last answer, and what was sent by then.</param>
/// <param name="EmptyAnswers">Answers in a row that report no packet although packets were sent.</param>
/// <param name="Trouble">Why it is not up; null when it is.</param>
/// <param name="LostAt">When it was last found that no packet arrives; null when packets arrived since.</param>
/// <param name="Losses">How often in a row.</param>
public sealed record PeerHealth(
    PeerPhase Phase,
    TimeSpan? Asked,
    TimeSpan? Answered,
    int Answers,
    int Misses,
    double Reputation,
    TimeSpan RatedAt,
    double? Loss,
    PeerCounters Counters,
    int EmptyAnswers,
    PeerTrouble? Trouble,
    TimeSpan? LostAt = null,
    int Losses = 0)
{
    public static PeerHealth StartAt(TimeSpan now) =>
        new(PeerPhase.Unknown, null, null, 0, 0, PeerHealthPolicy.Neutral, now, null, default, 0, null);
}

/// <summary>The receiver's counters of a session, and ours when it reported them.</summary>
public readonly record struct PeerCounters(ulong Packets, ulong Highest, ulong Sent)
{
    public static PeerCounters Of(HelloMessage welcome, ulong sent) => new(welcome.Packets, welcome.Highest, sent);
}
