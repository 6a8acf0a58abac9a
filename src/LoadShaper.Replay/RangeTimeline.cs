using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Replay;

/// <summary>The timeline of a part of a record, fed with all events from before it on.</summary>
/// <param name="range">The part.</param>
/// <param name="every">The longest run of slots in one line.</param>
public sealed class RangeTimeline(TimeRange range, TimeSpan every)
{
    private ControllerSnapshot _memory = ControllerSnapshot.Empty;
    private GateClosed? _closed;
    private bool _stopped;
    private EventTimeline? _timeline;

    /// <returns>The lines that are complete now.</returns>
    public IReadOnlyList<TimelineLine> Add(IEvent happened)
    {
        IReadOnlyList<TimelineLine> lines = [];
        if (range.Contains(happened.At))
        {
            if (_timeline is null)
            {
                _timeline = new EventTimeline(every);
                _timeline.StartFrom(range.From, _memory, _closed, _stopped);
            }

            lines = _timeline.Add(happened);
        }
        else if (_timeline is not null)
        {
            // A step of the clock may lead back into the range.
            lines = _timeline.Finish();
            _timeline = null;
        }

        _closed = RecordedGate.Apply(_closed, happened) is { } last ? _closed ?? last : null;
        _stopped = happened is DaemonStopped || (_stopped && happened is not DaemonStarted);
        // No line needs the slots of the last day, and keeping them costs more than all else here.
        if (happened is not SlotDecided)
            _memory = _memory.Apply(happened);
        return lines;
    }

    /// <returns>The lines that were waiting for a later event.</returns>
    public IReadOnlyList<TimelineLine> Finish() => _timeline?.Finish() ?? [];
}
