using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.History;

/// <summary>A stretch of time within one half hour in which gate, plan and verdict stayed the same; null is not known.</summary>
public sealed record RecordedSpan(DateTimeOffset From, TimeSpan For, GatePosition Gate, GateCauses Causes, PlanKind? Plan, VerdictKind? Verdict);

/// <summary>Folds journal events into spans of gate, plan and verdict. Times in which the daemon did not run are left out.</summary>
public sealed class RecordedWeek
{
    // Each UTC day begins with a recorded state. What lasts longer is damage, or a daemon that did not run.
    private static readonly TimeSpan LongestStretch = TimeSpan.FromDays(2);

    private readonly List<RecordedSpan> _spans = [];
    private DateTimeOffset? _since;
    private GatePosition? _gate;
    private GateCauses _causes;
    private PlanKind? _plan;
    private bool _blocks;
    private VerdictKind? _verdict;

    /// <summary>Oldest first, up to the last event.</summary>
    public IReadOnlyList<RecordedSpan> Spans => _spans;

    /// <summary>The next event. One of an earlier time than the last begins a new stretch: the clock was set back.</summary>
    public void Apply(IEvent happened)
    {
        // A hole in the record belongs to no span.
        EndAt(happened is GapSeen { From: var from } gap && from < gap.At ? from : happened.At);
        _since = happened.At;
        switch (happened)
        {
            case GateClosed closed:
                (_gate, _causes) = (closed.Position, closed.Causes);
                break;
            case GateOpened:
                (_gate, _causes) = (GatePosition.Open, GateCauses.None);
                break;
            case SlotDecided slot:
                (_gate, _plan, _blocks) = (slot.Input.Gate, PlanKinds.Of(slot.Kind), false);
                break;
            case BlockStarted:
                (_plan, _blocks) = (PlanKind.Block, true);
                break;
            case BlockEnded:
                (_plan, _blocks) = (PlanKind.Resting, true);
                break;
            case DayPlanned:
                (_plan, _blocks) = (_plan == PlanKind.Block ? _plan : PlanKind.Resting, true);
                break;
            case VerdictChanged changed:
                _verdict = changed.To.Kind;
                break;
            case StateRecorded { Memory: var memory }:
                Take(memory);
                break;
            case DaemonStopped:
                _since = null;
                break;
        }
    }

    private void Take(ControllerSnapshot memory)
    {
        (_gate, _causes) = (memory.Gate.Position, memory.Gate.Causes);
        _blocks = memory.Cpu.Slot is null;
        _plan = memory.Cpu.Slot is { Kind: var kind } ? PlanKinds.Of(kind) : memory.Cpu.Block is not null ? PlanKind.Block : PlanKind.Resting;
        _verdict = memory.Verdict ?? _verdict;
    }

    private void EndAt(DateTimeOffset end)
    {
        if (_gate is not { } gate || _since is not { } since || end - since > LongestStretch)
            return;
        for (var at = since; at < end;)
        {
            var border = DateTimeOffset.UnixEpoch + (WeekHistory.IndexOf(at) + 1) * WeekHistory.Step;
            var to = border < end ? border : end;
            // Between blocks a closed gate is no event of the plan.
            var plan = _blocks && _plan == PlanKind.Resting ? PlanKinds.WithoutBlock(gate) : _plan;
            _spans.Add(new RecordedSpan(at, to - at, gate, _causes, plan, _verdict));
            at = to;
        }
    }
}
