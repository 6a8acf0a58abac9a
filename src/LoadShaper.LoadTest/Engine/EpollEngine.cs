using LoadShaper.LoadTest.Measure;
using LoadShaper.LoadTest.Model;

namespace LoadShaper.LoadTest.Engine;

/// <summary>The engine threads with their share of connections and of the schedule.</summary>
internal sealed class EpollEngine : ILoadEngine
{
    private readonly RunClock _clock = new();
    private readonly EngineThread[] _threads;
    private readonly List<Thread> _running = [];
    private readonly ManualResetEventSlim _start = new();
    private readonly ManualResetEventSlim _release = new();

    /// <param name="from">Nanoseconds of the schedule before which nothing is sent.</param>
    internal EpollEngine(CompiledPlan plan, LoadSchedule schedule, IReadOnlyList<AddressBook> addresses, int series, long from, SendLimit? limit)
    {
        var connections = plan.Plan.Connections;
        var count = Math.Min(connections, plan.Plan.EngineThreads ?? Math.Max(1, Environment.ProcessorCount - 1));
        // The requests run on the thread pool; one thread paces them.
        var managed = TransportFactory.IsManaged(plan.Plan);
        if (managed)
            count = 1;
        _threads = [.. Enumerable.Range(0, count).Select(i => new EngineThread(
            $"load-engine-{i}", plan, schedule, plan.Plan.Partition.Split(i, count),
            connections / count + (i < connections % count ? 1 : 0), new EngineFeed(series), _clock, addresses, from, limit))];
        Feeds = [.. _threads.Select(thread => thread.Feed)];
        Name = managed ? "SocketsHttpHandler" : $"epoll ({_threads[0].Poller.Name})";
        Limit = managed ? Managed.HandlerFactory.Limit : null;
    }

    public string Name { get; }
    public string? Limit { get; }
    public IReadOnlyList<EngineFeed> Feeds { get; }
    public long? StartSkew => _threads.Max(thread => thread.StartSkew);
    public bool LimitPassed => _threads.Any(thread => thread.LimitPassed);
    public long? StoppedAt => _threads.Max(thread => thread.StoppedAt);

    public void Prepare(HealthReader health, Action<string> failed)
    {
        foreach (var engine in _threads)
        {
            using var ready = new ManualResetEventSlim();
            var thread = new Thread(() => Body(engine, ready, failed)) { Name = engine.Name, IsBackground = true };
            thread.Start();
            ready.Wait();
            _running.Add(thread);
            health.Add(engine.Name, engine.ThreadId);
        }
    }

    public void Start(long origin)
    {
        _clock.Origin = origin;
        _start.Set();
    }

    public void Stop()
    {
        foreach (var thread in _threads)
            thread.Stop();
    }

    public void Release() => _release.Set();

    public void Dispose()
    {
        Release();
        foreach (var thread in _running)
            thread.Join();
        foreach (var thread in _threads)
            thread.Dispose();
        _start.Dispose();
        _release.Dispose();
    }

    private void Body(EngineThread engine, ManualResetEventSlim ready, Action<string> failed)
    {
        try
        {
            engine.Run(ready, _start);
        }
        catch (Exception e)
        {
            // The run must end with a result that reports any failure of the thread.
            failed($"{engine.Name}: {e.Message}");
        }
        finally
        {
            engine.Feed.Finish();
        }

        _release.Wait();
    }
}
