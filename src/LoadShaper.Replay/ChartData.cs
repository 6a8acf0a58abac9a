using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Readings;

namespace LoadShaper.Replay;

/// <summary>A stretch of time with a name, for the strips of the page.</summary>
public sealed record Span(DateTimeOffset From, DateTimeOffset To, string Name, string Text);

/// <summary>A record in at most some 1500 columns: bounded, however long it is.</summary>
public sealed class ChartData
{
    private const int Columns = 1500;

    private static readonly int[] StepsInMinutes = [1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440];

    private readonly List<Span> _states = [], _gate = [], _verdicts = [], _gaps = [], _blocks = [];
    private readonly List<(DateTimeOffset At, string Text)> _starts = [];
    private readonly List<(DateTimeOffset From, double Min, double Max)> _bands = [];
    private readonly int[,] _slots;
    private readonly Mean[] _foreign, _own;
    private readonly double?[,] _p95;

    private ChartData(DateTimeOffset from, DateTimeOffset to)
    {
        var minutes = Math.Max(1, (to - from).TotalMinutes);
        Step = TimeSpan.FromMinutes(StepsInMinutes.FirstOrDefault(step => minutes / step <= Columns, (int)Math.Ceiling(minutes / Columns)));
        From = new DateTimeOffset(from.UtcTicks - from.UtcTicks % Step.Ticks, TimeSpan.Zero);
        Count = (int)Math.Ceiling((to - From + TimeSpan.FromTicks(1)) / Step);
        To = From + Count * Step;
        _slots = new int[Count, Enum.GetValues<SlotKind>().Length];
        _foreign = new Mean[Count];
        _own = new Mean[Count];
        _p95 = new double?[Count, 3];
    }

    private record struct Mean(double Sum, int Count)
    {
        public readonly double? Value => Count == 0 ? null : Sum / Count;

        public readonly Mean Add(double value) => new(Sum + value, Count + 1);
    }

    public DateTimeOffset From { get; }

    public DateTimeOffset To { get; }

    public TimeSpan Step { get; }

    public int Count { get; }

    /// <summary>Where the CPU use is from, in words.</summary>
    public string Source { get; private set; } = "";

    public IReadOnlyList<Span> States => _states;

    public IReadOnlyList<Span> Gate => _gate;

    public IReadOnlyList<Span> Verdicts => _verdicts;

    public IReadOnlyList<Span> Gaps => _gaps;

    public IReadOnlyList<Span> Blocks => _blocks;

    public IReadOnlyList<(DateTimeOffset At, string Text)> Starts => _starts;

    /// <summary>CPU_P95_TARGET_MIN and _MAX from a time on.</summary>
    public IReadOnlyList<(DateTimeOffset From, double Min, double Max)> Bands => _bands;

    public double? Foreign(int column) => _foreign[column].Value;

    public double? Own(int column) => _own[column].Value;

    /// <param name="grid">0: 1 minute, 1: 5 minutes, 2: 1 hour.</param>
    /// <returns>The lowest in the column.</returns>
    public double? P95(int grid, int column) => _p95[column, grid];

    public int Slots(SlotKind kind, int column) => _slots[column, (int)kind];

    /// <returns>Null when nothing of the record lies in the range.</returns>
    public static ChartData? Of(Recording recording, TimeRange range)
    {
        DateTimeOffset? first = null, last = null, began = null;
        foreach (var happened in recording.Events())
        {
            began ??= happened.At;
            if (!range.Contains(happened.At))
                continue;
            first = happened.At < first ? first = happened.At : first ?? happened.At;
            last = happened.At > last ? last = happened.At : last ?? happened.At;
        }

        if (first is null)
            return null;
        var data = new ChartData(first.Value, last!.Value);
        data.Fold(recording.Events(), began!.Value);
        var minutes = RecordedMinutes.Of(recording, new TimeRange(data.From, data.To));
        data.Source = minutes.Source;
        data.Add(minutes.Minutes);
        return data;
    }

    private void Fold(IEnumerable<IEvent> events, DateTimeOffset began)
    {
        var memory = ControllerSnapshot.Empty;
        var since = (State: began, Gate: began, Verdict: began);
        GateClosed? closed = null;
        BlockStarted? block = null;
        var end = began;
        foreach (var happened in events)
        {
            var at = happened.At;
            switch (happened)
            {
                case StateChanged:
                    Put(_states, since.State, at, EventLine.Name(memory.Cpu.State), "");
                    since.State = at;
                    break;
                case GateEvent:
                    PutGate(at);
                    since.Gate = at;
                    break;
                case VerdictChanged:
                    Put(_verdicts, since.Verdict, at, VerdictFormatter.Of(memory.Verdict), "");
                    since.Verdict = at;
                    break;
                case GapSeen { Cause: GapCause.ClockBackward } step:
                    PutAll(step.From);
                    since = (at, at, at);
                    break;
                case GapSeen gap when gap.From < at:
                    Put(_gaps, gap.From, at, "gap", EventLine.Words(gap.Cause));
                    break;
                case BlockStarted started:
                    block ??= started;
                    break;
                case BlockEnded ended when block is not null:
                    Put(_blocks, block.At, at, block.Block.Whole ? "block" : "part", $"{block.Block.Level.Value:0.##} %: {EventLine.Words(ended.End)}");
                    block = null;
                    break;
                case DaemonStarted or StateRecorded:
                    // A closing, or an opening, that is not recorded.
                    if ((RecordedGate.Apply(closed, happened) is null) != (closed is null))
                    {
                        PutGate(at);
                        since.Gate = at;
                    }

                    Start(happened as DaemonStarted, (happened as StateRecorded)?.Memory.Started);
                    break;
            }

            closed = RecordedGate.Apply(closed, happened);
            memory = memory.Apply(happened);
            if (happened is P95Event decided)
                Add(decided);
            end = at;
        }

        PutAll(end);

        void PutGate(DateTimeOffset to)
        {
            if (closed is not null)
                Put(_gate, since.Gate, to, closed.Position == GatePosition.Closed ? "closed" : "held", EventLine.Words(closed.Causes, closed.Input));
        }

        void PutAll(DateTimeOffset to)
        {
            Put(_states, since.State, to, EventLine.Name(memory.Cpu.State), "");
            Put(_verdicts, since.Verdict, to, VerdictFormatter.Of(memory.Verdict), "");
            PutGate(to);
            if (block is not null)
                Put(_blocks, block.At, to, block.Block.Whole ? "block" : "part", $"{block.Block.Level.Value:0.##} %, running");
        }
    }

    private void Start(DaemonStarted? started, DaemonStarted? known)
    {
        if (started is not null && Contains(started.At))
            _starts.Add((started.At, $"daemon started: {started.Version}"));
        if ((started ?? known) is not { } start || RecordedSettings.Of(start).Settings is not { } settings)
            return;
        var band = (From: start.At, Min: settings.Cpu.TargetMin.Value, Max: settings.Cpu.TargetMax.Value);
        if (_bands.Count == 0 || (_bands[^1].Min, _bands[^1].Max) != (band.Min, band.Max))
            _bands.Add(band);
    }

    private void Add(P95Event decided)
    {
        if (!Contains(decided.At))
            return;
        var column = Column(decided.At);
        ReadOnlySpan<double> figures = [decided.Input.P95, decided.Input.P95Five, decided.Input.P95Hour];
        for (var grid = 0; grid < figures.Length; grid++)
            _p95[column, grid] = Math.Min(_p95[column, grid] ?? double.MaxValue, figures[grid]);
        if (decided is SlotDecided slot)
            _slots[column, (int)slot.Kind]++;
    }

    private void Add(IReadOnlyList<MinuteMean> minutes)
    {
        foreach (var minute in minutes)
        {
            if (!Contains(minute.Start))
                continue;
            var column = Column(minute.Start);
            _foreign[column] = _foreign[column].Add(minute.Foreign);
            _own[column] = _own[column].Add(minute.Own);
        }
    }

    private bool Contains(DateTimeOffset at) => at >= From && at < To;

    private int Column(DateTimeOffset at) => (int)((at - From) / Step);

    private void Put(List<Span> spans, DateTimeOffset from, DateTimeOffset to, string name, string text)
    {
        if (to <= From || from >= To || to <= from)
            return;
        spans.Add(new Span(from < From ? From : from, to > To ? To : to, name, text));
    }
}
