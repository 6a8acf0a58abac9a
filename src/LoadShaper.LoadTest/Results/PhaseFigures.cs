namespace LoadShaper.LoadTest.Results;

/// <summary>Counts and latencies of one phase, collected interval by interval.</summary>
/// <param name="Index">From 0, in the order of the plan.</param>
/// <param name="Start">From the first intended time after the warm-up.</param>
/// <param name="Duration">
/// Of the intervals counted. The interval in which a phase began also holds the end of the phase before, so it is left out.
/// </param>
/// <param name="Response">Completed requests, microseconds from the intended time.</param>
public sealed record PhaseFigures(int Index, string Name, TimeSpan Start, TimeSpan Duration, RunCounts Counts, LatencyHistogram Response);
