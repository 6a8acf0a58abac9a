using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;
using LoadShaper.Replay.Machine;

namespace LoadShaper.Replay.Page;

/// <summary>Collects what the charts show in one pass over the events, since the columns are known only at its end.</summary>
public sealed class ChartBuilder(TimeRange range)
{
    private readonly List<Span> _states = [], _gate = [], _verdicts = [], _gaps = [], _blocks = [];
    private readonly List<DaemonStarted> _starts = [];
    private readonly List<(DateTimeOffset From, double Min, double Max)> _bands = [];
    private readonly List<Decision> _decisions = [];
    private ControllerSnapshot _memory = ControllerSnapshot.Empty;
    private (DateTimeOffset State, DateTimeOffset Gate, DateTimeOffset Verdict) _since;
    private DateTimeOffset? _first, _last;
    private DateTimeOffset? _end;
    private GateClosed? _closed;
    private BlockStarted? _block;
    private DaemonStarted? _started;

    // A year has half a million: only what the charts need of each.
    private readonly record struct Decision(
        DateTimeOffset At, double P95, double P95Five, double P95Hour, SlotKind? Kind, DateTimeOffset SlotBefore, TimeSpan Duration, double? Busy, double Own);

    public void Add(IEvent happened)
    {
        var at = happened.At;
        if (_end is null)
            _since = (at, at, at);
        if (range.Contains(at))
        {
            _first = at < _first ? at : _first ?? at;
            _last = at > _last ? at : _last ?? at;
        }

        AddSpans(happened, at);
        _closed = RecordedGate.Apply(_closed, happened);
        if (happened is not SlotDecided)
            _memory = _memory.Apply(happened);
        if (happened is P95Event decided)
            Add(decided);
        _end = at;
    }

    /// <param name="samples">The sample database; it may be missing.</param>
    /// <returns>Null when nothing of the record lies in the range.</returns>
    public ChartData? Build(string samples)
    {
        if (_first is not { } first || _last is not { } last)
            return null;
        EndSpans(_end!.Value);
        var data = new ChartData(first, last);
        _states.ForEach(data.PutState);
        _gate.ForEach(data.PutGate);
        _verdicts.ForEach(data.PutVerdict);
        _gaps.ForEach(data.PutGap);
        _blocks.ForEach(data.PutBlock);
        foreach (var started in _starts)
            data.AddStart(started.At, $"daemon started: {started.Version}");
        foreach (var (from, min, max) in _bands)
            data.AddBand(from, min, max);
        foreach (var decision in _decisions)
            data.AddDecision(decision.At, [decision.P95, decision.P95Five, decision.P95Hour], decision.Kind);
        var stored = RecordedMinutes.Stored(samples, new TimeRange(data.From, data.To));
        data.AddMinutes(stored.Count > 0 ? stored : MinutesOfDecisions(data));
        return data;
    }

    private void AddSpans(IEvent happened, DateTimeOffset at)
    {
        switch (happened)
        {
            case StateChanged:
                _states.Add(State(at));
                _since.State = at;
                break;
            case GateEvent:
                AddGate(at);
                _since.Gate = at;
                break;
            case VerdictChanged:
                _verdicts.Add(Verdict(at));
                _since.Verdict = at;
                break;
            case GapSeen { Cause: GapCause.ClockBackward } step:
                EndSpans(step.From);
                _since = (at, at, at);
                break;
            case GapSeen gap when gap.From < at:
                _gaps.Add(new Span(gap.From, at, "gap", EventLine.Describe(gap.Cause)));
                break;
            case BlockStarted started:
                _block ??= started;
                break;
            case BlockEnded ended when _block is { } block:
                _blocks.Add(Block(block, at, $"{block.Block.Level.Value:0.##} %: {EventLine.Describe(ended.End)}"));
                _block = null;
                break;
            case DaemonStarted or StateRecorded:
                // A closing, or an opening, that is not recorded.
                if ((RecordedGate.Apply(_closed, happened) is null) != (_closed is null))
                {
                    AddGate(at);
                    _since.Gate = at;
                }

                Start(happened as DaemonStarted, (happened as StateRecorded)?.Memory.Started);
                break;
        }
    }

    private void AddGate(DateTimeOffset to)
    {
        if (_closed is { } closed)
            _gate.Add(new Span(_since.Gate, to, closed.Position == GatePosition.Closed ? "closed" : "held", EventLine.Describe(closed.Causes, closed.Input)));
    }

    private void EndSpans(DateTimeOffset to)
    {
        _states.Add(State(to));
        _verdicts.Add(Verdict(to));
        AddGate(to);
        if (_block is { } block)
            _blocks.Add(Block(block, to, $"{block.Block.Level.Value:0.##} %, running"));
    }

    private Span State(DateTimeOffset to) => new(_since.State, to, EventLine.Name(_memory.Cpu.State), "");

    private Span Verdict(DateTimeOffset to) => new(_since.Verdict, to, VerdictFormatter.Of(_memory.Verdict), "");

    private static Span Block(BlockStarted block, DateTimeOffset to, string text) =>
        new(block.At, to, block.Block.Whole ? "block" : "part", text);

    private void Start(DaemonStarted? started, DaemonStarted? recorded)
    {
        if (started is not null)
            _starts.Add(started);
        // Recorded states repeat the start day by day.
        if ((started ?? recorded) is not { } start || start.Equals(_started))
            return;
        _started = start;
        if (RecordedSettings.Of(start).Settings is not { } settings)
            return;
        var band = (From: start.At, Min: settings.Cpu.TargetMin.Value, Max: settings.Cpu.TargetMax.Value);
        if (_bands.Count == 0 || (_bands[^1].Min, _bands[^1].Max) != (band.Min, band.Max))
            _bands.Add(band);
    }

    private void Add(P95Event decided)
    {
        var (slot, input) = (decided as SlotDecided, decided.Input);
        _decisions.Add(new Decision(
            decided.At, input.P95, input.P95Five, input.P95Hour, slot?.Kind,
            slot is null ? default : slot.Slot.Start - slot.Slot.Duration, slot?.Slot.Duration ?? default,
            slot?.BeforeWasHigh is null ? null : input.SlotMean, Math.Max(0, (input.SlotMean ?? 0) - input.Foreign)));
    }

    private RecordedMinutes MinutesOfDecisions(ChartData data)
    {
        var minutes = RecordedMinutes.OfDecisions();
        foreach (var decision in _decisions)
            if (decision.Busy is { } busy && data.Contains(decision.At))
                minutes.Add(decision.SlotBefore, decision.SlotBefore + decision.Duration, busy, decision.Own, null);
        return minutes;
    }
}
