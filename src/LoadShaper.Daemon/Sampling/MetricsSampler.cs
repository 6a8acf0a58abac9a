using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Sampling;

namespace LoadShaper.Daemon.Sampling;

/// <summary>
/// Reads the machine at the end of each control period, in step with the wall clock, and sends the sample to every listener.
/// Receives <see cref="BurningThreads"/> as the answer to a sample. Sends <see cref="Sample"/>.
/// </summary>
internal sealed class MetricsSampler : ReceiveActor, IWithTimers
{
    private sealed record PeriodOver
    {
        public static readonly PeriodOver Instance = new();
    }

    private readonly TimeSpan _period;
    private readonly SampleReader _reader;
    private readonly IReadOnlyList<IActorRef> _listeners;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private BurningThreads _burning = BurningThreads.None;
    private MachineCounters? _before;
    private RunnableAverage _ownLoad;
    private ImpossibleCounters _reported;

    public MetricsSampler(SamplingSettings settings, SampleReader reader, IReadOnlyList<IActorRef> listeners)
    {
        _period = settings.ControlPeriod;
        _reader = reader;
        _listeners = listeners;
        Receive<PeriodOver>(_ => Observe());
        Receive<BurningThreads>(burning => _burning = burning);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _before = _reader.Read(_burning);
        AwaitEndOfPeriod();
    }

    private void Observe()
    {
        AwaitEndOfPeriod();
        var counters = _reader.Read(_burning);
        if (_before is { } before && counters.Clock > before.Clock)
        {
            _ownLoad = _ownLoad.Apply(counters.RunnableSince(before), counters.Clock - before.Clock);
            var sample = counters.Since(before, Milliseconds(Context.System.Scheduler.Now), _ownLoad);
            Report(sample);
            foreach (var listener in _listeners)
                listener.Tell(sample);
        }

        _before = counters;
    }

    // Once for each counter: on a kernel with such a fault it may be every sample. /metrics counts them.
    private void Report(Sample sample)
    {
        var fresh = sample.Impossible & ~_reported;
        if (fresh == ImpossibleCounters.None)
            return;
        _reported |= fresh;
        _log.Warning(
            "Impossible kernel counters: {Counters} advanced further than {Seconds} s on {Cpus} CPUs allow; left out of the readings, reported once",
            fresh, Math.Round(sample.Period.TotalSeconds, 1), sample.CpuCount);
    }

    // What decisions are made from is recorded, and a time is recorded to the millisecond.
    private static DateTimeOffset Milliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private void AwaitEndOfPeriod() => Timers.StartSingleTimer(
        nameof(PeriodOver), PeriodOver.Instance, ControlRhythm.UntilNext(Context.System.Scheduler.Now, _period));
}
