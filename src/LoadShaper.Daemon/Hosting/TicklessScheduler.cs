using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace LoadShaper.Daemon.Hosting;

/// <summary>
/// The scheduler of the actor system: one thread that sleeps until the next timer is due. The wheel of Akka.NET wakes the
/// process at every turn, whether a timer is due or not, and delays a timer by up to two turns.
/// </summary>
/// <remarks>A timer is due by the monotonic clock. A repeated one keeps its rhythm; periods missed as a whole are left out. After <see cref="Dispose"/> no timer fires.</remarks>
internal sealed class TicklessScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    private readonly PriorityQueue<Entry, TimeSpan> _due = new();
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _changed = new(false);
    private TimeSpan _sleepsUntil = TimeSpan.MaxValue;
    private bool _disposed;

    public TicklessScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log) => new Thread(Run) { IsBackground = true, Name = "akka.scheduler" }.Start();

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(0);

    public override TimeSpan HighResMonotonicClock => Stopwatch.GetElapsedTime(0);

    protected override DateTimeOffset TimeNow => DateTimeOffset.Now;

    /// <summary>Timers that are waiting.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
                return _due.Count;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            _due.Clear();
            _changed.Set();
        }
    }

    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, null, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) => Add(delay, null, action, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) => Add(delay, null, action.Run, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, interval, action.Run, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable)
    {
        var entry = new Entry(action, interval, MonotonicClock + delay);
        // Before it is in the queue: when it has fired, the cancelable is to hold it no longer.
        if (cancelable is not null)
            entry.Cancellation = cancelable.Token.UnsafeRegister(_ => Remove(entry), null);
        Enqueue(entry);
    }

    private void Enqueue(Entry entry)
    {
        lock (_lock)
        {
            if (_disposed || entry.Cancelled)
                return;
            _due.Enqueue(entry, entry.Due);
            if (entry.Due >= _sleepsUntil)
                return;
            _sleepsUntil = entry.Due;
            _changed.Set();
        }
    }

    // The thread still wakes at that time, once and for nothing: to wake it now would cost the same.
    private void Remove(Entry entry)
    {
        lock (_lock)
        {
            entry.Cancelled = true;
            _due.Remove(entry, out _, out _);
        }
    }

    private void Run()
    {
        while (Next() is var (due, sleep))
        {
            if (due is null)
                _changed.WaitOne(sleep);
            else
                Fire(due);
        }
        _changed.Dispose();
    }

    /// <summary>The entry that is due, or how long to sleep; null at the end.</summary>
    private (Entry? Due, TimeSpan Sleep)? Next()
    {
        lock (_lock)
        {
            if (_disposed)
                return null;
            var now = MonotonicClock;
            if (!_due.TryPeek(out var entry, out var at) || at - now > LongestSleep)
            {
                _sleepsUntil = now + LongestSleep;
                return (null, LongestSleep);
            }
            if (at > now)
            {
                _sleepsUntil = at;
                // Whole milliseconds, rounded up: never early.
                return (null, TimeSpan.FromMilliseconds(Math.Ceiling((at - now).TotalMilliseconds)));
            }
            _sleepsUntil = TimeSpan.MinValue; // awake: looks at the queue before it sleeps
            _due.Dequeue();
            return (entry, default);
        }
    }

    private void Fire(Entry entry)
    {
        try
        {
            entry.Action();
        }
        catch (Exception e)
        {
            Log.Error(e, "A scheduled action failed");
        }
        if (entry.Interval is not { } interval)
        {
            entry.Cancellation.Unregister();
            return;
        }
        var late = MonotonicClock - entry.Due;
        entry.Due += interval * (1 + Math.Floor(late / interval));
        lock (_lock)
            if (!entry.Cancelled && !_disposed)
                _due.Enqueue(entry, entry.Due);
    }

    private sealed class Entry(Action action, TimeSpan? interval, TimeSpan due)
    {
        public Action Action => action;
        public TimeSpan? Interval => interval;
        public TimeSpan Due { get; set; } = due;
        public bool Cancelled { get; set; }
        public CancellationTokenRegistration Cancellation { get; set; }
    }
}
