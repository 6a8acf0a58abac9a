using System.Net;

namespace LoadShaper.Domain.Network.Hello;

/// <summary>Why a receiver does not answer.</summary>
public enum HelloRefusal
{
    /// <summary>Its address belongs to no peer of NET_PEERS.</summary>
    NotListed,

    /// <summary>More than <see cref="HelloPolicy.MostPerSecond"/> messages of one sender.</summary>
    TooMany,

    /// <summary>Another format, or signed with another NET_KEY, or with a key on one side only.</summary>
    NotAuthentic,

    /// <summary>A public address, and no NET_KEY.</summary>
    KeyRequired,

    /// <summary>The clocks of the two machines differ by more than <see cref="HelloPolicy.LargestSkew"/>, or the message is old.</summary>
    OutOfTime,

    /// <summary>The nonce was used before.</summary>
    Replayed,

    /// <summary>Traffic without a hello before it.</summary>
    NotAgreed,
}

/// <summary>What a receiver remembers of one sender.</summary>
public sealed class HelloMemory
{
    private readonly Queue<(DateTimeOffset Time, UInt128 Nonce)> _order = new();
    private readonly HashSet<UInt128> _nonces = [];

    internal double Tokens { get; set; } = HelloPolicy.MostPerSecond;

    internal TimeSpan? Filled { get; set; }

    internal bool Has(UInt128 nonce) => _nonces.Contains(nonce);

    internal void Remember(UInt128 nonce, DateTimeOffset now)
    {
        _order.Enqueue((now, nonce));
        _nonces.Add(nonce);
        // A message older than the skew is refused by its time; one from the future is valid for twice as long.
        while (_order.TryPeek(out var oldest) && (now - oldest.Time).Duration() > 2 * HelloPolicy.LargestSkew)
            _nonces.Remove(_order.Dequeue().Nonce);
    }
}

/// <summary>Whether a receiver agrees to receive from a sender.</summary>
public static class HelloPolicy
{
    /// <summary>How far the two clocks may differ.</summary>
    public static readonly TimeSpan LargestSkew = TimeSpan.FromSeconds(60);

    /// <summary>Messages of one sender that are looked at; a sender needs one a second.</summary>
    public const int MostPerSecond = 10;

    /// <param name="memory">Of the sender; changed by the decision.</param>
    /// <param name="message">Null where the bytes could not be read with our key.</param>
    /// <param name="now">UTC.</param>
    /// <param name="clock">Monotonic.</param>
    /// <returns>Null when the receiver agrees.</returns>
    public static HelloRefusal? Decide(
        bool hasKey, IPAddress sender, HelloMemory memory, HelloMessage? message, DateTimeOffset now, TimeSpan clock)
    {
        if (!IsInLimit(memory, clock))
            return HelloRefusal.TooMany;
        if (!hasKey && !PeerPolicy.IsPrivate(sender))
            return HelloRefusal.KeyRequired;
        if (message is not { Kind: HelloKind.Hello } hello)
            return HelloRefusal.NotAuthentic;
        if ((now - hello.Time).Duration() > LargestSkew)
            return HelloRefusal.OutOfTime;
        if (memory.Has(hello.Nonce))
            return HelloRefusal.Replayed;
        memory.Remember(hello.Nonce, now);
        return null;
    }

    /// <summary>Whether a sender may ask this address at all: without a key only a private one.</summary>
    public static bool MayAsk(bool hasKey, IPAddress receiver) => hasKey || PeerPolicy.IsPrivate(receiver);

    private static bool IsInLimit(HelloMemory memory, TimeSpan clock)
    {
        var passed = memory.Filled is { } filled && clock > filled ? (clock - filled).TotalSeconds : 0;
        memory.Tokens = Math.Min(MostPerSecond, memory.Tokens + passed * MostPerSecond);
        memory.Filled = clock;
        if (memory.Tokens < 1)
            return false;
        memory.Tokens--;
        return true;
    }
}
