using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network.Peers;

/// <summary>
/// Health of a peer by the answers to its hellos. Traffic needs an answer of the last seconds, so that a peer that died
/// receives nothing more, and one that answers again has to prove itself the longer the worse its reputation is.
/// </summary>
public static class PeerHealthPolicy
{
    /// <summary>While traffic is wanted.</summary>
    public static readonly TimeSpan HelloEvery = TimeSpan.FromSeconds(1);

    /// <summary>While it is not, so that /health knows the peers.</summary>
    public static readonly TimeSpan IdleHelloEvery = TimeSpan.FromSeconds(60);

    /// <summary>How long an answer allows traffic: with one hello a second, three are missed.</summary>
    public static readonly TimeSpan AgreementLasts = TimeSpan.FromSeconds(3.5);

    /// <summary>Hellos in a row without an answer after which a peer is down.</summary>
    public const int MostMisses = 3;

    /// <summary>Reputation of a peer of which nothing is known.</summary>
    public const double Neutral = 50;

    /// <summary>Answers in a row that a peer of bad reputation needs.</summary>
    public const int AnswersToReturn = 3;

    /// <summary>Answers in a row without one packet after which the packets, not the peer, are taken to be the problem.</summary>
    public const int MostEmptyAnswers = 2;

    // Fewer packets say nothing about loss.
    private const ulong FewestPackets = 20;
    private const double LossSmoothing = 0.3;
    private const double Praise = 0.1, Blame = 0.2;
    private static readonly TimeSpan HalfLife = TimeSpan.FromHours(1);
    private static readonly BackOff Retry = new(First: HelloEvery, Longest: IdleHelloEvery);

    // Answers do not show that data arrives: it is tried again later, and the other protocol carries it meanwhile.
    private static readonly BackOff RetryData = new(First: TimeSpan.FromSeconds(10), Longest: TimeSpan.FromMinutes(1));

    /// <summary>Whether traffic may go there now.</summary>
    public static bool IsReady(PeerHealth health, TimeSpan now) =>
        health is { Phase: PeerPhase.Up, Answered: { } answered } && now - answered <= AgreementLasts;

    /// <param name="wanted">Traffic is wanted.</param>
    public static bool IsHelloDue(PeerHealth health, bool wanted, TimeSpan now) =>
        health.Asked is not { } asked || now - asked >= Interval(health, wanted);

    /// <summary>A hello is being sent. The one before it is missed when no answer came since.</summary>
    public static PeerHealth Ask(PeerHealth health, TimeSpan now)
    {
        var missed = health.Asked is { } asked && !(health.Answered >= asked);
        var seen = health with { Asked = now };
        if (!missed)
            return seen;
        seen = Rate(seen, now, -Blame) with { Answers = 0, Misses = health.Misses + 1 };
        return seen.Misses < MostMisses ? seen : seen with { Phase = PeerPhase.Down, Trouble = seen.Trouble ?? PeerTrouble.NoAnswer };
    }

    /// <summary>An answer came.</summary>
    /// <param name="sent">Data packets that were sent when its hello was.</param>
    public static PeerHealth Answer(PeerHealth health, HelloMessage welcome, ulong sent, TimeSpan now)
    {
        var (loss, empty) = LossOf(health, welcome, sent);
        var seen = Rate(health, now, loss > 0.5 ? -Blame : Praise) with
        {
            Answered = now,
            Answers = health.Answers + 1,
            Misses = 0,
            Loss = loss,
            EmptyAnswers = empty,
            Counters = PeerCounters.Of(welcome, sent),
        };
        if (welcome.Packets > health.Counters.Packets)
            seen = seen with { LostAt = null, Losses = 0 };
        var returns = health.Phase != PeerPhase.Down
            || (!IsLost(seen, now) && (seen.Reputation >= Neutral || seen.Answers >= AnswersToReturn));
        return returns ? seen with { Phase = PeerPhase.Up, Trouble = null } : seen;
    }

    /// <summary>The system reports a problem: refused, unreachable. It needs no further misses.</summary>
    public static PeerHealth Fail(PeerHealth health, PeerTrouble trouble, TimeSpan now) =>
        Rate(health, now, -Blame) with
        {
            Phase = PeerPhase.Down,
            Answers = 0,
            Misses = Math.Max(health.Misses + 1, MostMisses),
            EmptyAnswers = 0,
            Trouble = trouble,
            LostAt = trouble == PeerTrouble.AllLost ? now : health.LostAt,
            Losses = trouble == PeerTrouble.AllLost ? health.Losses + 1 : health.Losses,
        };

    /// <summary>It decays towards neutral with a half-life of an hour.</summary>
    public static double ReputationAt(PeerHealth health, TimeSpan now) =>
        Neutral + (health.Reputation - Neutral) * Math.Pow(0.5, Math.Max(0, (now - health.RatedAt) / HalfLife));

    private static bool IsLost(PeerHealth health, TimeSpan now) =>
        health.LostAt is { } at && now - at < (RetryData with { Failures = health.Losses }).Delay;

    private static TimeSpan Interval(PeerHealth health, bool wanted) =>
        health.Misses >= MostMisses && health.Answers == 0 ? (Retry with { Failures = health.Misses - MostMisses + 1 }).Delay
        : wanted || health.Phase == PeerPhase.Unknown ? HelloEvery
        : IdleHelloEvery;

    private static (double? Loss, int Empty) LossOf(PeerHealth health, HelloMessage welcome, ulong sent)
    {
        var before = health.Counters;
        // A receiver that was restarted counts from 0.
        if (welcome.Packets < before.Packets || welcome.Highest < before.Highest || sent < before.Sent)
            return (health.Loss, 0);
        var (got, reached, gone) = (welcome.Packets - before.Packets, welcome.Highest - before.Highest, sent - before.Sent);
        if (gone < FewestPackets)
            return (health.Loss, got > 0 ? 0 : health.EmptyAnswers);
        // What lies behind the highest number may still be under way.
        var loss = reached == 0 ? 1 : Math.Clamp(1 - (double)got / reached, 0, 1);
        return (health.Loss is { } known ? known + LossSmoothing * (loss - known) : loss, got == 0 ? health.EmptyAnswers + 1 : 0);
    }

    private static PeerHealth Rate(PeerHealth health, TimeSpan now, double by)
    {
        var reputation = ReputationAt(health, now);
        return health with { Reputation = by > 0 ? reputation + by * (100 - reputation) : reputation * (1 + by), RatedAt = now };
    }
}
