using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using LoadShaper.LoadTest.Engine.Native;

namespace LoadShaper.LoadTest.Faults.Loop;

/// <summary>
/// One thread for all proxies: sockets by epoll, delays by a wait with nanosecond resolution. Everything below it runs on
/// this thread; other threads hand it work with <see cref="Post"/>.
/// </summary>
internal sealed class ProxyLoop : IDisposable
{
    /// <summary>Bytes that wait in all connections together; above it only a little is read from each.</summary>
    internal const long MostBuffered = 256L << 20;
    private const long IdleWait = 1_000_000_000;
    private const int TimersPerTurn = 1_024;

    private readonly List<(LoopSocket? Socket, int Generation)> _slots = [];
    private readonly Stack<int> _free = [];
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly Action<string> _failed;
    private readonly Thread _thread;
    private readonly WakeLead _lead = new();
    private readonly Lock _posting = new();
    private bool _disposed;
    private volatile bool _stop;

    /// <param name="failed">A defect was caught; the loop continues.</param>
    /// <param name="resolve">Looks a name up; the system's resolver when left out.</param>
    internal ProxyLoop(Action<string> failed, Func<string, Task<IPAddress[]>>? resolve = null)
    {
        _failed = failed;
        Resolve = resolve ?? (name => System.Net.Dns.GetHostAddressesAsync(name));
        Origin = Monotonic;
        _thread = new Thread(Run) { Name = "fault-proxy", IsBackground = true };
        _thread.Start();
    }

    internal Func<string, Task<IPAddress[]>> Resolve { get; }
    internal Poller Poller { get; } = new();
    internal TimerHeap Timers { get; } = new();
    internal byte[] ReadBuffer { get; } = new byte[64 * 1024];

    /// <summary>Of the read that is being passed on; one at a time.</summary>
    internal List<Decide.StreamPiece> Pieces { get; } = [];

    /// <summary>Bytes that wait now.</summary>
    internal long Buffered { get; set; }

    /// <summary>Descriptors that are open; for tests and the report.</summary>
    internal int OpenSockets => Volatile.Read(ref _open);
    private int _open;

    private long Origin { get; }

    /// <summary>Nanoseconds since the loop was made.</summary>
    internal long Now => Monotonic - Origin;

    /// <summary>Nanoseconds since 1970.</summary>
    internal static long WallClock => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * Decide.Delays.NanosecondsPerTick;

    // On Linux the time stamp is CLOCK_MONOTONIC in nanoseconds.
    private static long Monotonic => Stopwatch.GetTimestamp();

    /// <returns>False: the loop ended, and nothing is done. A late look-up may ask then.</returns>
    internal bool Post(Action action)
    {
        // The descriptor of a wake-up must not be used after it was closed: another file may have its number.
        lock (_posting)
        {
            if (_disposed)
                return false;
            _posted.Enqueue(action);
            Poller.Wake();
            return true;
        }
    }

    /// <summary>A defect was caught.</summary>
    internal void Report(string defect) => _failed(defect);

    /// <summary>Runs a function on the loop and waits for its result without blocking it.</summary>
    /// <exception cref="ObjectDisposedException">The loop ended.</exception>
    internal Task<T> CallAsync<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = Post(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        if (!posted)
            done.SetException(new ObjectDisposedException(nameof(ProxyLoop)));
        return done.Task;
    }

    internal long Register(LoopSocket socket)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _slots.Count;
            _slots.Add(default);
        }
        var generation = (_slots[slot].Generation + 1) & 0x3FFFFFFF;
        _slots[slot] = (socket, generation);
        Volatile.Write(ref _open, _open + 1);
        return (long)generation << 32 | (uint)slot;
    }

    internal void Unregister(long key)
    {
        _slots[(int)key] = (null, (int)(key >> 32));
        _free.Push((int)key);
        Volatile.Write(ref _open, _open - 1);
    }

    /// <summary>Ends the thread. The owner has closed its sockets before.</summary>
    public void Dispose()
    {
        lock (_posting)
        {
            if (_disposed)
                return;
            _disposed = true;
            _stop = true;
            Poller.Wake();
        }
        _thread.Join();
        foreach (var (socket, _) in _slots.ToArray())
            socket?.Close(reset: true);
        Poller.Dispose();
    }

    private void Run()
    {
        Libc.RemoveTimerSlack();
        Libc.ShortenSlice();
        while (!_stop)
        {
            while (_posted.TryDequeue(out var action))
                Guarded(action);
            var now = Now;
            for (var i = 0; i < TimersPerTurn && Timers.Take(now) is { } timed; i++)
                Guarded(timed, now);
            var count = Wait();
            for (var i = 0; i < count; i++)
            {
                if (!Poller.Event(i, out var key, out var events))
                    continue;
                // A descriptor that was closed in this turn may have events left.
                var (socket, generation) = _slots[(int)key];
                if (socket is not null && generation == (int)(key >> 32))
                    Guarded(socket, events);
            }
        }
        // Posted before the end: a caller waits for it.
        while (_posted.TryDequeue(out var action))
            Guarded(action);
    }

    private int Wait()
    {
        var now = Now;
        if (!_posted.IsEmpty)
            return Poller.Wait(now, now, Origin);
        var wake = Timers.NextDue - _lead.Value;
        if (wake > now + IdleWait)
            return Poller.Wait(now, now + IdleWait, Origin);
        // Within the lead the loop does not sleep: it asks for events again and again until the time is due.
        var count = Poller.Wait(now, wake, Origin);
        if (count == 0 && wake > now)
            _lead.OnWoken(Now - wake);
        return count;
    }

    // A defect of one connection must not end the others.
    private void Guarded(LoopSocket socket, int events)
    {
        try
        {
            socket.OnEvents(events);
        }
        catch (Exception e)
        {
            _failed($"connection dropped: {e.Message}");
            Guarded(socket.OnFailed);
        }
    }

    internal void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            _failed(e.Message);
        }
    }

    private void Guarded(Timed timed, long now)
    {
        try
        {
            timed.OnDue(now);
        }
        catch (Exception e)
        {
            _failed(e.Message);
            Guarded(timed.OnFailed);
        }
    }
}
