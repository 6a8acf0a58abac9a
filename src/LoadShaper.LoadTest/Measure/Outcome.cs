namespace LoadShaper.LoadTest.Measure;

/// <summary>How one request ended, or a one-second mark of an engine thread. Written by engine threads, read by the collector.</summary>
internal struct Outcome
{
    /// <summary>Nanoseconds of schedule time.</summary>
    internal long End;

    /// <summary>Microseconds. In a tick: arrivals offered since the last tick.</summary>
    internal uint Response;

    /// <summary>Microseconds. In a tick: requests sent since the last tick.</summary>
    internal uint Service;

    /// <summary>Microseconds. In a tick: requests sent late since the last tick.</summary>
    internal uint Lag;

    /// <summary>In a tick: requests in flight.</summary>
    internal uint BytesSent;

    /// <summary>In a tick: users.</summary>
    internal uint BytesReceived;

    /// <summary>Identifier of the <see cref="ErrorCatalog"/> for failures.</summary>
    internal int Error;

    internal ushort Series;
    internal OutcomeFlags Flags;

    /// <summary>1 to 5 for a complete response, otherwise 0.</summary>
    internal byte StatusClass;
}

[Flags]
internal enum OutcomeFlags : byte
{
    None = 0,
    Failed = 1,
    ConnectFailed = 2,
    Warmup = 4,

    /// <summary>Its latencies go into the histograms.</summary>
    Sampled = 8,
    Tick = 16,
}
