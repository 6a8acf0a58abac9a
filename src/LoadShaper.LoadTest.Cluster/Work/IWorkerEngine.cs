using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.LoadTest.Cluster.Work;

/// <summary>What a worker needs of the load engine; a test has its own.</summary>
internal interface IWorkerEngine
{
    /// <exception cref="ScenarioException">The scenario cannot be executed on this machine.</exception>
    Scenario Open(ScenarioPackage package, Func<string, ReadOnlyMemory<byte>?> files);

    /// <summary>Completes after the final report.</summary>
    Task ExecuteAsync(Scenario scenario, WorkerAssignment assignment, Action<WorkerReport> report, CancellationToken cancel);
}

/// <summary>The load engine.</summary>
internal sealed class WorkerEngine : IWorkerEngine
{
    public Scenario Open(ScenarioPackage package, Func<string, ReadOnlyMemory<byte>?> files) => package.Open(files);

    public Task ExecuteAsync(Scenario scenario, WorkerAssignment assignment, Action<WorkerReport> report, CancellationToken cancel) =>
        WorkerRun.ExecuteAsync(scenario, assignment, report, cancel);
}
