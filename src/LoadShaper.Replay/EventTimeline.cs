using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Replay;

/// <summary>A line of the timeline.</summary>
public sealed record TimelineLine(DateTimeOffset At, string Text);

/// <summary>
/// The events as lines, in their order: a rare event has a line of its own, slots are folded into runs, and closures of
/// the gate that last under five minutes into the run that they interrupt.
/// </summary>
/// <param name="every">A run of slots ends at the multiples of this time on the UTC clock.</param>
public sealed class EventTimeline(TimeSpan every)
{
    // A shorter closure has no line of its own.
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(5);

    private readonly List<TimelineLine> _lines = [];
    private readonly List<TimelineLine> _whileClosed = [];
    private ControllerState _state = ControllerState.Maintaining;
    private SlotRun _run = new();
    private SlotRun? _beforeClosure;
    private GateClosed? _closed;
    private GateCauses _causes;
    private GatePosition _strictest;
    private long _period;
    private Block? _block;
    private Block? _interrupted;
    private bool _stopped;
    private DateOnly? _planned;
    private DaemonStarted? _started;
    private DateTimeOffset? _from;
    private TrafficReserved? _traffic;
    private TrafficReserved? _trafficBeforeClosure;

    /// <summary>Takes the state at the start of the part.</summary>
    /// <param name="from">Start of the part: what began earlier is clipped to it. Null at the start of the record.</param>
    /// <param name="closed">What closed the gate, when it is not open.</param>
    /// <param name="stopped">The daemon had been stopped, not killed.</param>
    public void StartFrom(DateTimeOffset? from, ControllerSnapshot memory, GateClosed? closed, bool stopped)
    {
        _from = from;
        _stopped = stopped;
        _state = memory.Cpu.State;
        _started = memory.Started;
        _planned = memory.Cpu.Day?.Day;
        _block = memory.Cpu.Block;
        if (closed is not null)
            Close(closed);
    }

    /// <returns>The lines that are complete now.</returns>
    public IReadOnlyList<TimelineLine> Add(IEvent happened)
    {
        _lines.Clear();
        Take(happened);
        return _lines.Count == 0 ? [] : _lines.ToArray();
    }

    /// <returns>The lines that were waiting for a later event.</returns>
    public IReadOnlyList<TimelineLine> Finish()
    {
        _lines.Clear();
        EndClosure(null);
        EndRun();
        if (_block is { } block)
        {
            var (began, since) = Clip(block.Start);
            Say(began, $"{BlockText(block)}, still running{since}");
        }

        return _lines.Count == 0 ? [] : _lines.ToArray();
    }

    private void Take(IEvent happened)
    {
        switch (happened)
        {
            case SlotDecided decided:
                EnterPeriod(decided.Slot.Start);
                _run.Add(decided, _state);
                break;
            case StateRecorded recorded:
                Correct(recorded);
                break;
            case StateChanged changed:
                EndRun();
                _state = changed.To;
                Say(changed.At, EventLine.Of(changed));
                break;
            case GateClosed closed:
                Close(closed);
                break;
            case GateOpened opened:
                EndClosure(opened.At);
                break;
            case DayPlanned planned:
                EndRun();
                if (_planned != planned.Plan.Day)
                    Say(planned.At, EventLine.Of(planned));
                _planned = planned.Plan.Day;
                break;
            case BlockStarted started:
                _block = _block is { } running ? started.Block with { Start = running.Start } : started.Block;
                break;
            case BlockEnded ended:
                EndRun();
                // A block that was interrupted and not continued has its line already.
                if (_block is { } over && over.Start < over.Until)
                    SayBlock(over, Earlier(ended.At, over.Until), EventLine.Describe(ended.End));
                _block = null;
                break;
            case GapSeen { Cause: GapCause.Downtime } restart when (restart.At - restart.From).Duration() < GapPolicy.Tolerance:
                EndRun();
                break;
            case GapSeen gap:
                EndRun();
                if (gap.Cause == GapCause.Downtime)
                    Interrupt(gap.From, "the daemon ended");
                var (gapBegan, gapSince) = Clip(gap.From < gap.At ? gap.From : gap.At);
                Say(gapBegan, EventLine.Of(gapSince == "" ? gap : gap with { From = gapBegan }, gapSince) + (gap.Cause == GapCause.Downtime && !_stopped ? ", and no stop is recorded (killed, or a power cut)" : ""));
                break;
            case DaemonStopped stopped:
                EndRun();
                Interrupt(stopped.At, "the daemon stopped");
                Say(stopped.At, EventLine.Of(stopped));
                _stopped = true;
                break;
            case DaemonStarted started:
                EndRun();
                Say(started.At, StartFormatter.Of(started, _started));
                (_started, _stopped) = (started, false);
                if (_interrupted is { } block)
                    (_block, _interrupted) = (block with { Start = started.At }, null);
                break;
            case TrafficReserved entry:
                // One in a few seconds while traffic flows: one line an interval.
                EnterPeriod(entry.At);
                _traffic = entry;
                break;
            default:
                EndRun();
                Say(happened.At, EventLine.Of(happened));
                break;
        }
    }

    // What led there may be gone: JOURNAL_RETENTION_DAYS removed it, or it cannot be read.
    private void Correct(StateRecorded recorded)
    {
        var memory = recorded.Memory;
        if (memory.Cpu.State != _state)
            EndRun();
        _state = memory.Cpu.State;
        _started = memory.Started ?? _started;
        _planned = memory.Cpu.Day?.Day ?? _planned;
        _block = _block is null || memory.Cpu.Block is null ? memory.Cpu.Block : _block;
        var closed = RecordedGate.Apply(_closed, recorded);
        if (closed is null)
            EndClosure(recorded.At);
        else if (_closed is null)
            Close(closed);
    }

    private void Close(GateClosed closed)
    {
        _causes |= closed.Causes;
        _strictest = closed.Position > _strictest ? closed.Position : _strictest;
        if (_closed is not null)
            return;
        _closed = closed;
        (_beforeClosure, _trafficBeforeClosure) = (_run, _traffic);
        (_run, _traffic) = (new SlotRun(), null);
    }

    // Whether a closure has a line of its own is known when it is over; until then all lines wait.
    private void EndClosure(DateTimeOffset? at)
    {
        if (_closed is not { } closed)
            return;
        var (before, trafficBefore, during) = (_beforeClosure!, _trafficBeforeClosure, _run);
        _closed = null;
        if (at is { } opened && opened - closed.At < Short)
        {
            before.AddClosure(opened - closed.At, _causes);
            if (_whileClosed.Count == 0)
            {
                before.Add(during);
                _run = before;
                _traffic ??= trafficBefore;
            }
            else
            {
                Say(before, trafficBefore);
                _lines.AddRange(_whileClosed);
            }
        }
        else
        {
            Say(before, trafficBefore);
            var (began, since) = Clip(closed.At);
            Say(began,
                $"gate {EventLine.Describe(closed.Position)} {(at is { } end ? $"for {EventLine.Span(end - began)}{since}" : $"(still closed){since}")}: {EventLine.Describe(closed.Causes, closed.Input)}"
                + Later(_strictest > closed.Position, _causes & ~closed.Causes));
            _lines.AddRange(_whileClosed);
            EndRun();
        }

        _whileClosed.Clear();
        (_causes, _strictest) = (GateCauses.None, GatePosition.Open);
    }

    private static string Later(bool closed, GateCauses others) => (closed, others) switch
    {
        (false, GateCauses.None) => "",
        (false, _) => $"; later {EventLine.Names(others)}",
        (true, GateCauses.None) => "; later closed",
        _ => $"; later closed: {EventLine.Names(others)}",
    };

    // Whether the block goes on is known when the daemon is back.
    private void Interrupt(DateTimeOffset at, string why)
    {
        if (_block is not { } block)
            return;
        SayBlock(block, at, why);
        (_interrupted, _block) = (block, null);
    }

    private void EnterPeriod(DateTimeOffset at)
    {
        var period = at.UtcTicks / every.Ticks;
        if (period != _period)
            EndRun();
        _period = period;
    }

    private void EndRun()
    {
        Say(_run, _traffic);
        (_run, _traffic) = (new SlotRun(), null);
    }

    // Both wait for a later event, so that their lines are in the order of their times.
    private void Say(SlotRun run, TrafficReserved? traffic)
    {
        var trafficFirst = traffic is not null && !run.IsEmpty && traffic.At < run.From;
        if (!run.IsEmpty && !trafficFirst)
            Say(run.From, run.Text());
        if (traffic is not null)
            Say(traffic.At, EventLine.Of(traffic));
        if (trafficFirst)
            Say(run.From, run.Text());
    }

    private void Say(DateTimeOffset at, string text) => (_closed is null ? _lines : _whileClosed).Add(new TimelineLine(at, text));

    private void SayBlock(Block block, DateTimeOffset end, string why)
    {
        var (began, since) = Clip(block.Start);
        Say(began, $"{BlockText(block)}, {EventLine.Span((end - began).Duration())}{since}: {why}");
    }

    // What began before the part has the part's start as its time, so that no line reports more than the part has.
    private (DateTimeOffset Began, string Since) Clip(DateTimeOffset began) => _from is { } from && began < from
        ? (from, $" (since {began.UtcDateTime:yyyy-MM-dd HH:mm:ss})")
        : (began, "");

    private static string BlockText(Block block) =>
        $"{(block.Whole ? "block" : "the day's last part")} at {block.Level.Value:0.##} %";

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
