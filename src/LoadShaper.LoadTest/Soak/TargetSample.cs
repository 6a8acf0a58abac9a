namespace LoadShaper.LoadTest.Soak;

/// <summary>What a process under test used at one time.</summary>
/// <param name="At">Since the start of the session.</param>
/// <param name="Descriptors">Open file descriptors; null where they are not known.</param>
public sealed record TargetSample(TimeSpan At, long RssBytes, long? Descriptors, long? Threads);

/// <summary>A reading, or why there is none.</summary>
/// <param name="Instance">Which run of the process it is; a change means that it was started again.</param>
public sealed record TargetReading(long RssBytes, long? Descriptors, long? Threads, string Instance);

/// <summary>Reads the process under test.</summary>
public interface ITargetProbe : IDisposable
{
    /// <summary>In reports: what is read.</summary>
    string Source { get; }

    /// <summary>Null when the target does not answer or does not exist.</summary>
    Task<TargetReading?> ReadAsync(CancellationToken cancel);
}
