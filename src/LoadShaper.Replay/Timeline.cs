using LoadShaper.Domain;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Replay;

/// <summary>A line of the story.</summary>
public sealed record TimelineLine(DateTimeOffset At, string Text);

/// <summary>
/// Tells the events as a story, in their order: what happens seldom has a line of its own, slots are folded into runs,
/// and closures of the gate that are over within minutes into the run that they interrupt.
/// </summary>
/// <param name="every">A run of slots is told at least once in this time, at its multiples on the UTC clock.</param>
public sealed class Timeline(TimeSpan every)
{
    // A closure as short as this is no story.
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(5);

    private readonly List<TimelineLine> _lines = [];
    private readonly List<TimelineLine> _whileClosed = [];
    private ControllerState _state = ControllerState.Maintaining;
    private SlotRun _run = new();
    private SlotRun? _beforeClosure;
    private GateClosed? _closed;
    private GateCauses _causes;
    private long _period;
    private BlockStarted? _block;
    private DateOnly? _planned;
    private DaemonStarted? _started;

    /// <summary>Takes what was before the part that is to be told.</summary>
    public void Know(ControllerMemory memory)
    {
        _state = memory.Cpu.State;
        _started = memory.Started;
        _planned = memory.Cpu.Day?.Day;
    }

    /// <returns>The lines that are complete now.</returns>
    public IReadOnlyList<TimelineLine> Add(IEvent happened)
    {
        _lines.Clear();
        Tell(happened);
        return _lines.ToArray();
    }

    /// <returns>The lines that were waiting for what comes next.</returns>
    public IReadOnlyList<TimelineLine> Finish()
    {
        _lines.Clear();
        EndClosure(null);
        EndRun();
        if (_block is { } block)
            Say(block.Block.Start, BlockWords(block.Block) + ", still running");
        return _lines.ToArray();
    }

    private void Tell(IEvent happened)
    {
        switch (happened)
        {
            case SlotDecided decided:
                var period = decided.Slot.Start.UtcTicks / every.Ticks;
                if (period != _period)
                    EndRun();
                _period = period;
                _run.Add(decided, _state);
                break;
            case StateRecorded:
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
                if (_planned != planned.Plan.Day)
                    Say(planned.At, EventLine.Of(planned));
                _planned = planned.Plan.Day;
                break;
            case BlockStarted started:
                _block = _block is { } running ? started with { Block = started.Block with { Start = running.Block.Start } } : started;
                break;
            case BlockEnded ended:
                if (_block is { } over)
                    Say(over.Block.Start, $"{BlockWords(over.Block)}, {EventLine.Span(Earlier(ended.At, over.Block.Until) - over.Block.Start)}: {EventLine.Words(ended.End)}");
                _block = null;
                break;
            case GapSeen { Cause: GapCause.Downtime } restart when (restart.At - restart.From).Duration() < GapPolicy.Tolerance:
                EndRun();
                break;
            case GapSeen gap:
                EndRun();
                Say(gap.From < gap.At ? gap.From : gap.At, EventLine.Of(gap));
                break;
            case DaemonStarted started:
                EndRun();
                Say(started.At, StartWords.Of(started, _started));
                _started = started;
                break;
            default:
                EndRun();
                Say(happened.At, EventLine.Of(happened));
                break;
        }
    }

    private void Close(GateClosed closed)
    {
        _causes |= closed.Causes;
        if (_closed is not null)
            return;
        _closed = closed;
        _beforeClosure = _run;
        _run = new SlotRun();
    }

    // Whether a closure is a story is known when it is over; until then all lines wait.
    private void EndClosure(DateTimeOffset? at)
    {
        if (_closed is not { } closed)
            return;
        var (before, during) = (_beforeClosure!, _run);
        _closed = null;
        if (at is { } opened && opened - closed.At < Short)
        {
            before.AddClosure(opened - closed.At, _causes);
            if (_whileClosed.Count == 0)
            {
                before.Add(during);
                _run = before;
            }
            else
            {
                Say(before);
                _lines.AddRange(_whileClosed);
            }
        }
        else
        {
            Say(before);
            var others = _causes & ~closed.Causes;
            Say(closed.At,
                $"gate {EventLine.Words(closed.Position)} {(at is { } end ? $"for {EventLine.Span(end - closed.At)}" : "to the end")}: {EventLine.Words(closed.Causes, closed.Input)}"
                + (others == GateCauses.None ? "" : $"; later {EventLine.Names(others)}"));
            _lines.AddRange(_whileClosed);
            if (!during.IsEmpty)
                Say(during);
            _run = new SlotRun();
        }

        _whileClosed.Clear();
        _causes = GateCauses.None;
    }

    private void EndRun()
    {
        Say(_run);
        _run = new SlotRun();
    }

    private void Say(SlotRun stretch)
    {
        if (!stretch.IsEmpty)
            Say(stretch.From, stretch.Text());
    }

    private void Say(DateTimeOffset at, string text) => (_closed is null ? _lines : _whileClosed).Add(new TimelineLine(at, text));

    private static string BlockWords(Block block) =>
        $"{(block.Whole ? "block" : "the day's last part")} at {block.Level.Value:0.##} %";

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
