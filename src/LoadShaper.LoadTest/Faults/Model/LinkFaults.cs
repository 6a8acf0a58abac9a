namespace LoadShaper.LoadTest.Faults.Model;

/// <summary>Faults of one direction of a link. Probabilities are 0 to 1, rates are payload bits a second.</summary>
public sealed record LinkFaults
{
    public const int DefaultQueue = 1_000;
    public static LinkFaults None { get; } = new();

    /// <summary>Added to every segment or datagram.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The latency varies uniformly by up to this much both ways, never below zero. TCP keeps the order, UDP does not.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>
    /// Probability that a segment or datagram is lost; with <see cref="BurstLength"/> above 1 the probability that a burst begins.
    /// </summary>
    public double Loss { get; init; }

    /// <summary>Consecutive losses of a burst. 1: every loss is independent.</summary>
    public int BurstLength { get; init; } = 1;

    /// <summary>Loss with two states in place of <see cref="Loss"/>; null: not used.</summary>
    public GilbertElliott? Gilbert { get; init; }

    /// <summary>Probability of a second copy (datagrams only).</summary>
    public double Duplicate { get; init; }

    /// <summary>Datagrams only; null: none.</summary>
    public ReorderFaults? Reorder { get; init; }

    /// <summary>Probability that one bit of a segment or datagram is inverted.</summary>
    public double Corrupt { get; init; }

    /// <summary>0: unlimited.</summary>
    public double Rate { get; init; }

    /// <summary>TCP only; null: data passes as it was read.</summary>
    public SliceFaults? Slice { get; init; }

    /// <summary>Datagrams that may wait; more are dropped and counted.</summary>
    public int Queue { get; init; } = DefaultQueue;

    public bool IsNone => this == None;

    /// <summary>Everything is lost: the link is down.</summary>
    public bool IsDown => Loss >= 1;

    public bool HasLoss => Loss > 0 || Gilbert is not null;

    /// <summary>The faults at a strength of 0 to 1: delays and probabilities in proportion, a rate divided by it.</summary>
    public LinkFaults At(double strength) => strength >= 1 ? this : strength <= 0 ? None with { Queue = Queue } : this with
    {
        Latency = Latency * strength,
        Jitter = Jitter * strength,
        Loss = Loss * strength,
        Gilbert = Gilbert is { } g ? g with { ToBad = g.ToBad * strength, LossGood = g.LossGood * strength } : null,
        Duplicate = Duplicate * strength,
        Reorder = Reorder is { } r ? r with { Probability = r.Probability * strength } : null,
        Corrupt = Corrupt * strength,
        Rate = Rate / strength,
    };

    /// <summary>Share of segments or datagrams that are lost in the long run, 0 to 1.</summary>
    public double ExpectedLoss => Gilbert is { } g ? g.ExpectedLoss
        : BurstLength <= 1 ? Loss
        // A cycle is the wait for a burst (geometric, mean (1-p)/p) and the burst itself.
        : Loss <= 0 ? 0 : BurstLength / (BurstLength + (1 - Loss) / Loss);

    /// <summary>Mean number of consecutive losses; 0 without loss.</summary>
    public double ExpectedBurst => !HasLoss ? 0
        : Gilbert is { } g ? g.ExpectedBurst
        : Loss >= 1 ? double.PositiveInfinity : BurstLength / (1 - Loss);
}

/// <summary>
/// The loss model of Gilbert and Elliott with netem's parameters (`loss gemodel p r 1-h 1-k`). The loss of a packet follows
/// the state before it, as in the kernel's sch_netem.
/// </summary>
/// <param name="ToBad">p: from the good to the bad state.</param>
/// <param name="ToGood">r: from the bad to the good state.</param>
/// <param name="LossBad">1-h: loss in the bad state.</param>
/// <param name="LossGood">1-k: loss in the good state.</param>
public sealed record GilbertElliott(double ToBad, double ToGood, double LossBad = 1, double LossGood = 0)
{
    public double ExpectedLoss => ToBad + ToGood == 0 ? LossGood : (ToBad * LossBad + ToGood * LossGood) / (ToBad + ToGood);

    /// <summary>Exact with the default losses of 1 and 0; otherwise that of the bad state.</summary>
    public double ExpectedBurst => ToGood <= 0 ? double.PositiveInfinity : 1 / (1 - LossBad * (1 - ToGood));
}

/// <param name="Probability">Share of datagrams that are held back.</param>
/// <param name="Window">A datagram is held back until 1 to this many later ones have passed.</param>
/// <param name="MaxDelay">Or until this time has passed.</param>
public sealed record ReorderFaults(double Probability, int Window, TimeSpan MaxDelay);

/// <summary>Cuts the stream into pieces.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Delay">Between two pieces.</param>
public sealed record SliceFaults(int Size, TimeSpan Delay);
