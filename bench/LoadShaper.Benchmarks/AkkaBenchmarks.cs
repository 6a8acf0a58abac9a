using BenchmarkDotNet.Attributes;

namespace LoadShaper.Benchmarks;

/// <summary>The actors and the journal that the daemon runs on.</summary>
[MemoryDiagnoser]
public class AkkaBenchmarks
{
    private Workload _workload = new TellWorkload();

    [GlobalSetup(Target = nameof(Tell))]
    public Task SetUpTell() => Start(new TellWorkload());

    [Benchmark(OperationsPerInvoke = TellWorkload.Count)]
    public Task Tell() => _workload.Run();

    [GlobalSetup(Target = nameof(Ask))]
    public Task SetUpAsk() => Start(new AskWorkload());

    [Benchmark(OperationsPerInvoke = AskWorkload.Count)]
    public Task Ask() => _workload.Run();

    [GlobalSetup(Target = nameof(PersistOneByOne))]
    public Task SetUpPersist() => Start(new PersistWorkload());

    [Benchmark(OperationsPerInvoke = PersistWorkload.Count)]
    public Task PersistOneByOne() => _workload.Run();

    [GlobalSetup(Target = nameof(Recover100000Events))]
    public Task SetUpRecover() => Start(new RecoverWorkload());

    [Benchmark]
    public Task Recover100000Events() => _workload.Run();

    [GlobalCleanup]
    public async Task CleanUp() => await _workload.DisposeAsync();

    private Task Start(Workload workload)
    {
        _workload = workload;
        return workload.Start();
    }
}
