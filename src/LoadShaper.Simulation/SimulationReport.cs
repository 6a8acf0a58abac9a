using LoadShaper.Domain;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Readings;

namespace LoadShaper.Simulation;

/// <summary>What a run came to, as Oracle would have read it: unseen minutes absent, unattended ones counted.</summary>
public sealed class SimulationReport
{
    private readonly CpuReadings _oracle;
    private readonly List<MinuteRow> _rows = [];
    private readonly List<Evaluation> _hours = [];
    private readonly List<(DateTimeOffset Day, double? P95)> _days = [];
    private readonly List<IEvent> _events = [];
    private readonly List<(double Sum, int Count)> _ownByDay = [];
    private readonly bool _keepsMinutes;

    internal SimulationReport(IdleRule rule, bool keepsMinutes = true) => (_oracle, _keepsMinutes) = (new CpuReadings(rule), keepsMinutes);

    /// <summary>The same figures of minutes that were really seen.</summary>
    /// <param name="before">What was seen before them.</param>
    /// <param name="transitions">Changes of the controller's state in them.</param>
    public static SimulationReport OfRecord(
        IdleRule rule, IEnumerable<MinuteMean> before, IEnumerable<MinuteRow> rows, int transitions)
    {
        var report = new SimulationReport(rule, keepsMinutes: false) { Transitions = transitions };
        foreach (var minute in before)
            report.Remember(minute);
        foreach (var row in rows)
            report.Add(row);
        return report;
    }

    /// <summary>Empty without <see cref="SimulationOptions.KeepsMinutes"/>.</summary>
    public IReadOnlyList<MinuteRow> Rows => _rows;

    /// <summary>Simulated minutes.</summary>
    public int Minutes { get; private set; }

    /// <summary>Changes of the controller's state.</summary>
    public int Transitions { get; private set; }

    /// <summary>The readings at each full hour.</summary>
    public IReadOnlyList<Evaluation> Hours => _hours;

    /// <summary>The P95 of each whole UTC day, by its minutes; null when less than half of it was seen.</summary>
    public IReadOnlyList<(DateTimeOffset Day, double? P95)> Days => _days;

    /// <summary>All that the controller would have written to its journal; empty without <see cref="SimulationOptions.KeepsMinutes"/>.</summary>
    public IReadOnlyList<IEvent> Events => _events;

    /// <summary>The verdict at the end; null when the daemon never saw a minute.</summary>
    public Verdict? Verdict { get; internal set; }

    public IdleRule Rule => _oracle.Rule;

    /// <summary>Mean own load over the minutes from a day of the run on, percent; minutes without a machine do not count.</summary>
    public double OwnFrom(int day)
    {
        var (sum, count) = (0.0, 0);
        foreach (var own in _ownByDay.Skip(day))
            (sum, count) = (sum + own.Sum, count + own.Count);
        return count == 0 ? 0 : sum / count;
    }

    internal void Remember(MinuteMean minute) => _oracle.Add(minute);

    internal void Add(IEvent happened)
    {
        if (_keepsMinutes)
            _events.Add(happened);
        if (happened is StateChanged)
            Transitions++;
    }

    internal void Add(MinuteRow row)
    {
        if (_keepsMinutes)
            _rows.Add(row);
        if (Minutes++ % (24 * 60) == 0)
            _ownByDay.Add(default);
        if (row.Own is { } own)
            _ownByDay[^1] = (_ownByDay[^1].Sum + own, _ownByDay[^1].Count + 1);
        var end = row.Minute.AddMinutes(1);
        if (row.Total is { } total)
            _oracle.Add(new MinuteMean(row.Minute, TimeSpan.FromMinutes(1), total, total, row.Own!.Value));
        else
            _oracle.AdvanceTo(end);
        if (end.Minute != 0)
            return;
        var figures = _oracle.Busy;
        _hours.Add(new Evaluation(end, figures.Minute, figures.FiveMinutes, figures.Hour, _oracle.ReserveHours));
        if (end.Hour == 0)
            _days.Add((end.AddDays(-1), _oracle.LastDay));
    }
}

/// <summary>The seven-day P95 at one moment on each grid; null when nothing was seen.</summary>
/// <param name="ReserveHours">Hours for which these readings hold if LoadShaper stopped then; null when they do not hold.</param>
public readonly record struct Evaluation(DateTimeOffset At, double? Minute, double? FiveMinutes, double? Hour, int? ReserveHours = null);
