using System.Diagnostics;

namespace LoadShaper.LoadTest.Cluster.Timing;

/// <summary>CLOCK_MONOTONIC in nanoseconds, the clock of the engine's schedule.</summary>
internal static class MonotonicClock
{
    private static readonly long NanosecondsPerTick = 1_000_000_000 / Stopwatch.Frequency;

    public static long Now => Stopwatch.GetTimestamp() * NanosecondsPerTick;
}
