using LoadShaper.LoadTest.Measure;

namespace LoadShaper.LoadTest.Engine;

/// <summary>What executes a plan: the epoll threads, or SocketsHttpHandler.</summary>
internal interface ILoadEngine : IDisposable
{
    string Name { get; }

    /// <summary>What it cannot do, for the report; null when there is nothing to say.</summary>
    string? Limit { get; }

    IReadOnlyList<EngineFeed> Feeds { get; }

    /// <summary>Starts the threads; returns when all are ready. They wait for <see cref="Start"/>.</summary>
    /// <param name="failed">Called from any thread with the reason when the engine cannot go on.</param>
    void Prepare(HealthReader health, Action<string> failed);

    /// <param name="origin">CLOCK_MONOTONIC in nanoseconds at which the schedule starts.</param>
    void Start(long origin);

    /// <summary>No new requests. Any thread may call it, more than once.</summary>
    void Stop();

    /// <summary>How long after the start of the schedule (or of this part of it) the last thread was on its way, in nanoseconds; null before.</summary>
    long? StartSkew { get; }

    /// <summary>When the last request was taken, in schedule time; null before.</summary>
    long? StoppedAt { get; }

    /// <summary>A thread stopped because its <see cref="SendLimit"/> had passed.</summary>
    bool LimitPassed { get; }

    /// <summary>Lets the threads end; they wait so that their CPU time can be read.</summary>
    void Release();
}
