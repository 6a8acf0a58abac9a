using LoadShaper.Domain.Platform;

namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>The percentile of each whole UTC day in the window, and the worst of them. A day is judged when it is over.</summary>
internal sealed class DayWindow(IdleRule rule)
{
    private const int MinutesPerDay = 24 * 60;

    private readonly List<Day> _judged = [];
    private RollingPercentile _busy = new(rule, MinutesPerDay);
    private RollingPercentile _withoutSteal = new(rule, MinutesPerDay);
    private RollingPercentile _pessimistic = new(rule, MinutesPerDay);

    private readonly record struct Day(double? Busy, double? WithoutSteal, double Pessimistic);

    public int ReachedToday { get; private set; }

    public int SeenToday => _busy.Count;

    public double? Last => _judged.Count == 0 ? null : _judged[^1].Busy;

    public double? Worst => _judged.Min(day => day.Busy);

    public double? WorstWithoutSteal => _judged.Min(day => day.WithoutSteal);

    public double? WorstPessimistic => _judged.Count == 0 ? null : _judged.Min(day => day.Pessimistic);

    public void Push(long index, MinuteMean? minute, bool reached)
    {
        _busy.Push(minute?.Busy);
        _withoutSteal.Push(minute?.BusyWithoutSteal);
        _pessimistic.Push(minute?.Busy ?? 0);
        if (reached)
            ReachedToday++;
        if ((index + 1) % MinutesPerDay != 0)
            return;

        var counts = _busy.Count * 2 >= MinutesPerDay;
        // The first day may have begun before the first minute: what was not seen of it is idle.
        for (; _pessimistic.Count < MinutesPerDay;)
            _pessimistic.Push(0);
        _judged.Add(new Day(
            counts ? _busy.Value : null, counts ? _withoutSteal.Value : null, _pessimistic.Value!.Value));
        if (_judged.Count > rule.Days)
            _judged.RemoveAt(0);
        _busy = new RollingPercentile(rule, MinutesPerDay);
        _withoutSteal = new RollingPercentile(rule, MinutesPerDay);
        _pessimistic = new RollingPercentile(rule, MinutesPerDay);
        ReachedToday = 0;
    }
}
