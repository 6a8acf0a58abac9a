namespace LoadShaper.Benchmarks;

/// <summary>Something that is done many times over and counted. Run may be called again and again after Start.</summary>
public abstract class Workload : IAsyncDisposable
{
    public static readonly IReadOnlyList<Func<Workload>> All =
        [() => new TellWorkload(), () => new AskWorkload(), () => new PersistWorkload(), () => new RecoverWorkload()];

    public abstract string Name { get; }

    public abstract string Unit { get; }

    /// <summary>How many of them one Run does.</summary>
    public abstract int Operations { get; }

    public abstract Task Start();

    public abstract Task Run();

    public abstract ValueTask DisposeAsync();
}
