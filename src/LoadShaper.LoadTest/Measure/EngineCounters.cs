using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Measure;

/// <summary>
/// Ascending counters of one engine thread per series, warm-up apart. Only that thread writes; the collector reads values
/// that may be a moment old, and exact ones after the thread ended.
/// </summary>
internal sealed class EngineCounters(int series)
{
    internal Group Measured { get; } = new(series);
    internal Group Warmup { get; } = new(series);

    /// <summary>Echo steps, warm-up included.</summary>
    internal EchoCounts Echo;

    /// <summary>Bytes that arrived on connections with no request in flight.</summary>
    internal long UnsolicitedBytes;

    internal long OfferedSinceTick;
    internal long SentSinceTick;
    internal long LateSinceTick;

    internal void OnOffered(int series, bool warmup)
    {
        (warmup ? Warmup : Measured).Offered[series]++;
        OfferedSinceTick++;
    }

    internal void OnSent(int series, bool warmup, bool late)
    {
        var group = warmup ? Warmup : Measured;
        group.Sent[series]++;
        SentSinceTick++;
        if (!late)
            return;
        group.Late[series]++;
        LateSinceTick++;
    }

    internal sealed class Group(int series)
    {
        internal readonly long[] Offered = new long[series];
        internal readonly long[] Sent = new long[series];
        internal readonly long[] Late = new long[series];
    }
}
