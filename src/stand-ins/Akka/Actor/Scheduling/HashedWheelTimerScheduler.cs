#nullable disable
using System.Diagnostics;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The default scheduler. The name is Akka's; there is no wheel and no tick: one thread sleeps until the next deadline,
/// and for ever when there is none, so that an idle system never wakes up.
/// </summary>
public sealed class HashedWheelTimerScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly DeadlineHeap _due = new();
    private Thread _thread;
    private bool _stopped;

    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
    }

    public override TimeSpan MonotonicClock => HighResMonotonicClock;

    public override TimeSpan HighResMonotonicClock => Stopwatch.GetElapsedTime(0);

    protected override DateTimeOffset TimeNow => DateTimeOffset.UtcNow;

    /// <summary>What is still waiting is never run.</summary>
    public void Dispose()
    {
        lock (_due)
        {
            _stopped = true;
            _due.Clear();
            Monitor.Pulse(_due);
        }
    }

    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, new Tell(receiver, message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, new Tell(receiver, message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, new ActionRunnable(action), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, action, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, new ActionRunnable(action), cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    internal void Remove(Scheduled scheduled)
    {
        lock (_due) _due.Remove(scheduled);
    }

    private void Add(TimeSpan delay, TimeSpan interval, IRunnable action, ICancelable cancelable)
    {
        var scheduled = new Scheduled(this, action, interval.Ticks, cancelable) { Deadline = HighResMonotonicClock.Ticks + delay.Ticks };
        lock (_due)
        {
            if (_stopped) throw new SchedulerException("cannot enqueue after timer shutdown");
            _due.Add(scheduled);
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "akka.scheduler" };
                _thread.Start();
            }
            else if (ReferenceEquals(_due.First, scheduled))
            {
                Monitor.Pulse(_due);
            }
        }

        // Afterwards, so that a cancellation meanwhile finds it.
        (cancelable as Cancelable)?.Attach(scheduled);
    }

    private void Run()
    {
        while (WaitForNext() is { } next)
        {
            if (next.IsCancelled) continue;
            try
            {
                next.Action.Run();
            }
            catch (Exception e)
            {
                Log.Error(e, "Error while executing scheduled task {0}", next.Action);
                continue;
            }

            if (next.Interval == 0 || next.IsCancelled) continue;
            var now = HighResMonotonicClock.Ticks;
            next.Deadline = next.Deadline + next.Interval > now ? next.Deadline + next.Interval : now + next.Interval;
            lock (_due)
            {
                if (!_stopped && !next.IsCancelled) _due.Add(next);
            }
        }
    }

    /// <summary>Null when stopped.</summary>
    private Scheduled WaitForNext()
    {
        lock (_due)
        {
            while (!_stopped)
            {
                if (_due.First is not { } first)
                {
                    Monitor.Wait(_due);
                    continue;
                }

                var wait = first.Deadline - HighResMonotonicClock.Ticks;
                if (wait <= 0)
                {
                    _due.Remove(first);
                    return first;
                }

                var milliseconds = (wait + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
                Monitor.Wait(_due, (int)Math.Min(milliseconds, int.MaxValue));
            }

            return null;
        }
    }

    private sealed class Tell(ICanTell receiver, object message, IActorRef sender) : IRunnable
    {
        public void Run() => receiver.Tell(message, sender);

        public void Execute() => Run();

        public override string ToString() => $"[{receiver}.Tell({message}, {sender})]";
    }
}
