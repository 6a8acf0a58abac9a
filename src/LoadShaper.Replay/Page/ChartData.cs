using LoadShaper.Domain.Cpu;
using LoadShaper.Replay.Machine;

namespace LoadShaper.Replay.Page;

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

    /// <summary>Columns for a time; nothing is in them yet.</summary>
    public ChartData(DateTimeOffset from, DateTimeOffset to)
    {
        Step = StepOf(from, to);
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

    /// <summary>Time of one column.</summary>
    public TimeSpan Step { get; }

    /// <summary>Number of columns.</summary>
    public int Count { get; }

    /// <summary>Where the CPU use is from.</summary>
    public string Source { get; internal set; } = "";

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
        var builder = new ChartBuilder(range);
        foreach (var happened in recording.Events(Reach(range)))
            builder.Add(happened);
        return builder.Build(recording.SamplesPath);
    }

    /// <summary>The range with the columns at its ends whole: what is to be read for its charts.</summary>
    public static TimeRange Reach(TimeRange range)
    {
        var step = range is { From: { } from, To: { } to } ? StepOf(from, to) : TimeSpan.FromMinutes(StepsInMinutes[^1]);
        return new TimeRange(range.From - step, range.To + step);
    }

    internal void PutState(Span span) => Put(_states, span);

    internal void PutGate(Span span) => Put(_gate, span);

    internal void PutVerdict(Span span) => Put(_verdicts, span);

    internal void PutGap(Span span) => Put(_gaps, span);

    internal void PutBlock(Span span) => Put(_blocks, span);

    internal void AddStart(DateTimeOffset at, string text)
    {
        if (Contains(at))
            _starts.Add((at, text));
    }

    internal void AddBand(DateTimeOffset from, double min, double max) => _bands.Add((from, min, max));

    internal void AddDecision(DateTimeOffset at, ReadOnlySpan<double> p95, SlotKind? kind)
    {
        if (!Contains(at))
            return;
        var column = Column(at);
        for (var grid = 0; grid < p95.Length; grid++)
            _p95[column, grid] = Math.Min(_p95[column, grid] ?? double.MaxValue, p95[grid]);
        if (kind is { } slot)
            _slots[column, (int)slot]++;
    }

    internal void AddMinutes(RecordedMinutes minutes)
    {
        Source = minutes.Source;
        foreach (var minute in minutes.Minutes)
        {
            if (!Contains(minute.Start))
                continue;
            var column = Column(minute.Start);
            _foreign[column] = _foreign[column].Add(minute.Foreign);
            _own[column] = _own[column].Add(minute.Own);
        }
    }

    internal bool Contains(DateTimeOffset at) => at >= From && at < To;

    private static TimeSpan StepOf(DateTimeOffset from, DateTimeOffset to)
    {
        var minutes = Math.Max(1, (to - from).TotalMinutes);
        return TimeSpan.FromMinutes(StepsInMinutes.FirstOrDefault(step => minutes / step <= Columns, (int)Math.Ceiling(minutes / Columns)));
    }

    private int Column(DateTimeOffset at) => (int)((at - From) / Step);

    private void Put(List<Span> spans, Span span)
    {
        if (span.To <= From || span.From >= To || span.To <= span.From)
            return;
        spans.Add(span with { From = span.From < From ? From : span.From, To = span.To > To ? To : span.To });
    }
}
