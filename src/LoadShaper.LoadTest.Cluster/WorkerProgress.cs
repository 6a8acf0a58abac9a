using LoadShaper.LoadTest.Cluster.Membership;

namespace LoadShaper.LoadTest.Cluster;

/// <summary>A change of the workers while a coordinator waits for them.</summary>
/// <param name="Joined">Workers that take part after the change.</param>
/// <param name="Wanted">How many the run needs.</param>
/// <param name="Reason">Why the worker was refused or lost; null when it joined.</param>
public sealed record WorkerProgress(JoinedWorker Worker, WorkerChange Change, int Joined, int Wanted, string? Reason);

public enum WorkerChange
{
    Joined,
    Refused,
    Lost,
}
