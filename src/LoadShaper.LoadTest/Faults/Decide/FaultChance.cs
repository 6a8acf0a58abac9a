using LoadShaper.LoadTest.Model;

namespace LoadShaper.LoadTest.Faults.Decide;

public enum FaultDirection
{
    /// <summary>From the client to the server.</summary>
    Uplink,

    /// <summary>From the server to the client.</summary>
    Downlink,
}

/// <summary>
/// Random numbers of one connection or UDP session in one direction. Each kind of fault has its own sequence, so that a
/// policy with jitter loses the same packets as one without.
/// </summary>
public sealed class FaultChance(ulong seed, long connection, FaultDirection direction)
{
    private readonly ulong _seed = Chance.Bits(seed, FirstStream + (ulong)direction, connection);
    private readonly long[] _next = new long[(int)Use.Count];

    // Apart from the streams of the load model.
    private const ulong FirstStream = 1_000;

    public enum Use
    {
        Loss,
        LossState,
        Retransmission,
        Jitter,
        Duplicate,
        CopyJitter,
        Reorder,
        Window,
        Corrupt,
        Bit,
        Count,
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Next(Use use) => Chance.Unit(_seed, (ulong)use, _next[(int)use]++);

    /// <summary>Draws only where the answer is open.</summary>
    public bool Happens(Use use, double probability) => probability > 0 && (probability >= 1 || Next(use) < probability);
}
