using LoadShaper.Domain.Platform;

namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>
/// One grid of the window (1, 5 or 60 minutes a value), as three percentiles: of what was seen, the same without steal,
/// and the pessimistic one that takes unseen minutes for idle.
/// </summary>
internal sealed class GridWindow
{
    private readonly int _minutes;
    private double _busy, _withoutSteal, _foreign;
    private int _seen;

    public GridWindow(IdleRule rule, int minutes)
    {
        _minutes = minutes;
        var capacity = (int)rule.Window.TotalMinutes / minutes;
        Busy = new RollingPercentile(rule, capacity);
        WithoutSteal = new RollingPercentile(rule, capacity);
        Pessimistic = new RollingPercentile(rule, capacity);
        for (var i = 0; i < capacity; i++)
            Pessimistic.Push(0);
    }

    public RollingPercentile Busy { get; }

    public RollingPercentile WithoutSteal { get; }

    public RollingPercentile Pessimistic { get; }

    /// <summary>The value in progress: sum of its seen minutes, and how many there are.</summary>
    public (double Busy, int Seen) InProgress => (_busy, _seen);

    /// <summary>Takes the next minute, null when it was not seen. At the end of a value: that value, as it counts.</summary>
    public GridValue? Push(long index, MinuteMean? minute)
    {
        if (minute is { } m)
        {
            _busy += m.Busy;
            _withoutSteal += m.BusyWithoutSteal;
            _foreign += m.Foreign;
            _seen++;
        }

        if ((index + 1) % _minutes != 0)
            return null;

        var counts = _seen * 2 >= _minutes;
        var value = new GridValue(_busy / _minutes, _foreign / _minutes, counts ? _foreign / _seen : null);
        Busy.Push(counts ? _busy / _seen : null);
        WithoutSteal.Push(counts ? _withoutSteal / _seen : null);
        Pessimistic.Push(value.Busy);
        _busy = _withoutSteal = _foreign = 0;
        _seen = 0;
        return value;
    }
}

/// <summary>A value of a grid, unseen minutes taken for idle.</summary>
/// <param name="SeenForeign">The mean of the seen minutes alone, where at least half were seen.</param>
internal readonly record struct GridValue(double Busy, double Foreign, double? SeenForeign);
