namespace LoadShaper.LoadTest.Results;

/// <summary>How well the load generator itself did: whether its measurements can be trusted.</summary>
public sealed record GeneratorHealth
{
    /// <summary>
    /// Microseconds between intended time and sending, of requests for which a connection was free when they were due.
    /// A wait for a free connection is the target's doing and is not in it.
    /// </summary>
    public required LatencyHistogram Lag { get; init; }

    public required IReadOnlyList<EngineThreadHealth> Threads { get; init; }

    /// <summary>Cores used by the process on average over the measured time.</summary>
    public required double Cpu { get; init; }

    /// <summary>Cores that the process may use.</summary>
    public int Cores { get; init; }

    public required long ResidentBytesAtStart { get; init; }
    public required long ResidentBytesPeak { get; init; }
    public required long ResidentBytes { get; init; }
    public int GarbageCollections { get; init; }
    public TimeSpan GarbageCollectionPause { get; init; }

    /// <summary>For example <c>epoll (epoll_pwait2)</c> or <c>SocketsHttpHandler</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>What the engine cannot do, for the report. Null: nothing to say.</summary>
    public string? EngineLimit { get; init; }

    /// <summary>Times an engine thread waited for the measurement to be taken over.</summary>
    public long RecordStalls { get; init; }
}

/// <summary>An engine thread over the measured time.</summary>
/// <param name="Cpu">Share of the time on a core, 0 to 1.</param>
/// <param name="RunQueueDelay">Share of the time runnable but waiting for a core, 0 to 1; NaN when the kernel does not report it.</param>
public sealed record EngineThreadHealth(string Name, double Cpu, double RunQueueDelay);
