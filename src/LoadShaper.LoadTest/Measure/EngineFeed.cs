namespace LoadShaper.LoadTest.Measure;

/// <summary>One engine thread's results on their way to the collector.</summary>
internal sealed class EngineFeed(int series)
{
    private volatile bool _finished;

    internal OutcomeRing Ring { get; } = new();
    internal EngineCounters Counters { get; } = new(series);

    /// <summary>The mark up to which the collector read the ring, until it completes that second.</summary>
    internal Outcome? Mark { get; set; }

    /// <summary>Everything was read, and nothing will follow.</summary>
    internal bool Ended => Mark is null && _finished && Ring.IsEmpty;

    /// <summary>Managed memory that the engine thread allocated while it ran; set at its end.</summary>
    internal long AllocatedBytes { get; set; }

    /// <summary>Called by the engine thread after its last mark.</summary>
    internal void Finish() => _finished = true;
}
