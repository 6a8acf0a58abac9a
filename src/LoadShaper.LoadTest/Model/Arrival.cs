namespace LoadShaper.LoadTest.Model;

/// <summary>One arrival that is to be executed.</summary>
/// <param name="Index">Unique in the run over all partitions; data rows, flows and random values follow from it.</param>
/// <param name="Intended">Nanoseconds from the start of the schedule.</param>
/// <param name="Due">The intended time on the batch grid; equal to it without a grid.</param>
/// <param name="User">Local number of the closed-model user; -1 in the open model.</param>
public readonly record struct Arrival(long Index, long Intended, long Due, int User, bool Warmup);
