using LoadShaper.LoadTest.Cluster.Work;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.LoadTest.Cluster.Tests.Nodes;

/// <summary>An engine that sends nothing and runs until it is cancelled or the test ends it.</summary>
internal sealed class FakeEngine : IWorkerEngine
{
    public TaskCompletionSource<WorkerAssignment> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public Action<WorkerReport> Report { get; private set; } = _ => { };

    public Scenario Open(ScenarioPackage package, Func<string, ReadOnlyMemory<byte>?> files) => package.Open(files);

    public async Task ExecuteAsync(Scenario scenario, WorkerAssignment assignment, Action<WorkerReport> report, CancellationToken cancel)
    {
        Report = report;
        Started.TrySetResult(assignment);
        await using var registration = cancel.Register(() => Ended.TrySetResult());
        await Ended.Task;
    }
}
