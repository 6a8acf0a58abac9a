using Akka.Actor;
using Akka.TestKit;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>Monotonic time that stands still until the test scheduler is advanced.</summary>
internal sealed class VirtualTime(TestScheduler scheduler) : TimeProvider
{
    public const string Config = """akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => scheduler.Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new OneShot(scheduler, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class OneShot(TestScheduler scheduler, Action callback) : ITimer
    {
        private Cancelable? _due;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan)
                throw new NotSupportedException("Nothing here repeats by itself.");
            _due?.Cancel(false);
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;
            _due = new Cancelable(scheduler.Advanced);
            scheduler.Advanced.ScheduleOnce(dueTime, callback, _due);
            return true;
        }

        public void Dispose() => _due?.Cancel(false);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
