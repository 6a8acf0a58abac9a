using LoadShaper.LoadTest.Measure;

namespace LoadShaper.LoadTest.Engine;

/// <summary>What executes a plan: the epoll threads, or SocketsHttpHandler.</summary>
internal interface ILoadEngine : IDisposable
{
    string Name { get; }

    /// <summary>What it cannot do, for the report; null when there is nothing to say.</summary>
    string? Limit { get; }

    IReadOnlyList<EngineFeed> Feeds { get; }

    /// <summary>Starts after <paramref name="delay"/>; returns when all threads are ready.</summary>
    /// <param name="failed">Called from any thread with the reason when the engine cannot go on.</param>
    void Start(TimeSpan delay, HealthReader health, Action<string> failed);

    /// <summary>No new requests. Any thread may call it, more than once.</summary>
    void Stop();

    /// <summary>When the last request was taken, in schedule time; null before.</summary>
    long? StoppedAt { get; }

    /// <summary>Lets the threads end; they wait so that their CPU time can be read.</summary>
    void Release();
}
