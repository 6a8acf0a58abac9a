using LoadShaper.Domain.Control;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.History;

/// <summary>
/// The window of the idle rule in half hours, for the charts of the live page. Fed with every minute and every report of the
/// controller; constant memory. What came before the first report is restored from the stored minutes and from the journal.
/// </summary>
public sealed class WeekHistory
{
    /// <summary>Length of a point.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(30);

    private readonly IdleRule _rule;
    private readonly TimeSpan _longestSpan;
    private readonly HistoryCell[] _cells;
    private DateTimeOffset? _reported, _reportedSince;
    private long _newestMinute = long.MinValue;

    /// <param name="controlPeriod">How often the controller reports.</param>
    public WeekHistory(IdleRule rule, TimeSpan controlPeriod)
    {
        _rule = rule;
        _longestSpan = 3 * controlPeriod;
        // The half hour in progress beside those of the whole window.
        _cells = new HistoryCell[(int)(rule.Window / Step) + 1];
        for (var i = 0; i < _cells.Length; i++)
            _cells[i] = new HistoryCell();
    }

    /// <summary>Grows with everything that <see cref="PointsAt"/> would show differently, at most once a minute while fed live.</summary>
    public long Version { get; private set; }

    /// <summary>Where the live minutes begin; null before the first. What is restored lies before it.</summary>
    public DateTimeOffset? LiveSince { get; private set; }

    /// <summary>The half hour that contains <paramref name="at"/>, counted from 1970.</summary>
    public static long IndexOf(DateTimeOffset at) => Slot.At(at, Step).Index;

    /// <summary>A minute that has just ended. One that is not newer than the last is ignored.</summary>
    public void Add(MinuteMean minute)
    {
        if (minute.Index <= _newestMinute && minute.Index > _newestMinute - 60)
            return;
        _newestMinute = minute.Index;
        LiveSince = LiveSince is { } since && since <= minute.Start ? since : minute.Start;
        CellAt(minute.Start).Add(minute);
        Version++;
    }

    /// <summary>The controller's report of a control period.</summary>
    public void Add(ControllerStatus status)
    {
        var span = _reported is { } before ? status.At - before : TimeSpan.Zero;
        _reported = status.At;
        _reportedSince ??= status.At;
        var cell = CellAt(status.At - TimeSpan.FromTicks(1));
        cell.Add(status.Pessimistic);
        if (status.Verdict is { } verdict)
            cell.Add(verdict.Kind);
        if (span <= TimeSpan.Zero || span > _longestSpan)
            return;
        if (status.Gate is { } gate)
            cell.Add(gate.Position, gate.Causes, span.TotalSeconds);
        cell.Add(PlanKinds.Of(status), span.TotalSeconds);
    }

    /// <summary>
    /// Takes the stored minutes of twice the window, oldest first: CPU, memory, network and the percentiles before the live
    /// minutes.
    /// </summary>
    /// <param name="now">The present; nothing of the future is taken.</param>
    public void Restore(IReadOnlyList<MinuteMean> minutes, DateTimeOffset now)
    {
        var (first, end) = (IndexOf(now) - _cells.Length + 1, LiveSince is { } live && live < now ? live : now);
        var readings = new CpuReadings(_rule);
        foreach (var minute in minutes)
        {
            if (minute.Start >= end)
                break;
            readings.Add(minute);
            if (IndexOf(minute.Start) < first)
                continue;
            var cell = CellAt(minute.Start);
            cell.Add(minute);
            cell.Add(readings.Pessimistic);
        }

        Version++;
    }

    /// <summary>Takes what the journal says of the time before the live reports: gate, plans and verdicts.</summary>
    public void Restore(RecordedWeek recorded, DateTimeOffset now)
    {
        var (first, end) = (IndexOf(now) - _cells.Length + 1, _reportedSince is { } since && since < now ? since : now);
        foreach (var span in recorded.Spans)
        {
            if (IndexOf(span.From) < first || span.From >= end)
                continue;
            var cell = CellAt(span.From);
            var seconds = (span.From + span.For < end ? span.For : end - span.From).TotalSeconds;
            cell.Add(span.Gate, span.Causes, seconds);
            if (span.Plan is { } plan)
                cell.Add(plan, seconds);
            if (span.Verdict is { } verdict && !(_reportedSince is { } live && IndexOf(live) == IndexOf(span.From)))
                cell.Add(verdict);
        }

        Version++;
    }

    /// <summary>The points of the window up to the half hour that contains <paramref name="now"/>, oldest first, without a hole.</summary>
    public IReadOnlyList<HistoryPoint> PointsAt(DateTimeOffset now)
    {
        var last = IndexOf(now);
        var points = new HistoryPoint[_cells.Length];
        var empty = new HistoryCell();
        for (var i = 0; i < points.Length; i++)
        {
            var index = last - points.Length + 1 + i;
            var cell = _cells[At(index)];
            points[i] = (cell.Index == index ? cell : empty).ToPoint(DateTimeOffset.UnixEpoch + index * Step);
        }

        return points;
    }

    private HistoryCell CellAt(DateTimeOffset at)
    {
        var index = IndexOf(at);
        var cell = _cells[At(index)];
        if (cell.Index != index)
            cell.Clear(index);
        return cell;
    }

    // A clock that was never set may be before 1970.
    private int At(long index) => (int)((index % _cells.Length + _cells.Length) % _cells.Length);
}
