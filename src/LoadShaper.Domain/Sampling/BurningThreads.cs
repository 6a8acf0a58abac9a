namespace LoadShaper.Domain.Sampling;

/// <summary>The kernel's ids of the threads that burn; the sampler counts their CPU time apart.</summary>
public sealed record BurningThreads(IReadOnlyList<int> Ids)
{
    public static readonly BurningThreads None = new([]);
}
