using LoadShaper.Domain.Platform;

namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>
/// The CPU use of the rule's window as Oracle may read it: its percentile on the UTC-aligned grids of 1 minute, 5 minutes
/// and 1 hour, and the worst whole UTC day. Fed minute by minute; exact to 0.01; constant memory; rebuilt from stored minutes.
/// </summary>
public sealed class CpuReadings
{
    private const int MinutesPerDay = 24 * 60;

    private readonly int _minutesInWindow;
    private readonly GridWindow _minute, _five, _hour;
    private readonly HourTallies _tallies;
    private readonly DayWindow _days;
    private readonly Forecast _forecast;
    private long? _next;

    public CpuReadings(IdleRule rule)
    {
        Rule = rule;
        _minutesInWindow = rule.Days * MinutesPerDay;
        _minute = new GridWindow(rule, 1);
        _five = new GridWindow(rule, 5);
        _hour = new GridWindow(rule, 60);
        _tallies = new HourTallies(rule.Days * 24);
        _days = new DayWindow(rule);
        _forecast = new Forecast(this);
    }

    public IdleRule Rule { get; }

    /// <summary>The start of the first minute that was ever seen; null before it.</summary>
    public DateTimeOffset? WatchedSince { get; private set; }

    /// <summary>Up to where minutes are counted; null before the first.</summary>
    public DateTimeOffset? CountedTo => _next is { } next ? MinuteMean.StartOf(next) : null;

    /// <summary>Minutes of the window that were seen.</summary>
    public int SeenMinutes => _minute.Busy.Count;

    /// <summary>Minutes of the window at or above the threshold.</summary>
    public int ReachedMinutes => _minute.Busy.Reached;

    public int MissingMinutes => _minutesInWindow - SeenMinutes;

    /// <summary>Unseen minutes are absent.</summary>
    public CpuFigures Busy => new(_minute.Busy.Value, _five.Busy.Value, _hour.Busy.Value, _days.Worst);

    /// <summary>The same of busy without steal.</summary>
    public CpuFigures WithoutSteal =>
        new(_minute.WithoutSteal.Value, _five.WithoutSteal.Value, _hour.WithoutSteal.Value, _days.WorstWithoutSteal);

    /// <summary>Unseen minutes count as idle.</summary>
    public CpuFigures Pessimistic =>
        new(_minute.Pessimistic.Value, _five.Pessimistic.Value, _hour.Pessimistic.Value, _days.WorstPessimistic);

    /// <summary>How many values of each grid must reach the threshold.</summary>
    public WindowCounts Needed => new(
        Rule.Needed(_minutesInWindow), Rule.Needed(_minutesInWindow / 5), Rule.Needed(_minutesInWindow / 60));

    /// <summary>
    /// Minutes at or above the threshold that the window still lacks, unseen ones taken for idle. When there are enough of
    /// them but too scattered for a coarser grid, what that grid lacks.
    /// </summary>
    public int LackingMinutes => Needed.Minutes - ReachedMinutes is > 0 and var minutes ? minutes : Math.Max(
        0,
        Math.Max(5 * (Needed.FiveMinutes - _five.Pessimistic.Reached), 60 * (Needed.Hours - _hour.Pessimistic.Reached)));

    /// <summary>The UTC day in progress: minutes that reached the threshold, and minutes that were seen.</summary>
    public (int Reached, int Seen) Today => (_days.ReachedToday, _days.SeenToday);

    /// <summary>The percentile of the whole UTC day that ended last; null when less than half of it was seen.</summary>
    public double? LastDay => _days.Last;

    /// <summary>The UTC hour in progress: the sum of its seen minutes' means, and how many there are.</summary>
    public (double Sum, int Seen) ThisHour => _hour.InProgress;

    /// <summary>
    /// Hours, at least, for which the readings on the 1-minute, 5-minute and 1-hour grids hold if nothing at or above the
    /// threshold comes any more, unseen minutes taken for idle; null when they do not hold now.
    /// </summary>
    public int? ReserveHours => _forecast.Now().Holds;

    /// <summary>How the readings will stand in the hours to come.</summary>
    internal Forecast Forecast => _forecast.Now();

    /// <summary>The next minute. One that is not newer than what was counted already is ignored: the first verdict stays.</summary>
    public void Add(MinuteMean minute)
    {
        var index = minute.Index;
        if (index < _next)
            return;
        SkipTo(index);
        WatchedSince ??= minute.Start;
        Push(index, minute);
    }

    /// <summary>Time has come to <paramref name="at"/>: minutes that did not come until now were not seen.</summary>
    public void AdvanceTo(DateTimeOffset at)
    {
        if (_next is not null)
            SkipTo(at.ToUnixTimeSeconds() / 60);
    }

    /// <summary>
    /// What still counts i hours from the start of the present hour, for i from 0 on, if nothing at or above the
    /// threshold comes any more: of all load, and of what real load alone brought there.
    /// </summary>
    internal void CountAhead(Span<WindowCounts> all, Span<WindowCounts> real)
    {
        all.Clear();
        real.Clear();
        if (_next is not { } next)
            return;
        // The hour that is leaving the window has given up some of its minutes: none of them is relied on.
        Span<HourTallies.Tally> left = stackalloc HourTallies.Tally[all.Length + 1];
        _tallies.Left(next / 60, left);
        var started = next % 60 > 0 ? 1 : 0;
        for (var i = 0; i < all.Length; i++)
        {
            ref readonly var partly = ref left[i + started];
            all[i] = new WindowCounts(partly.Minutes, partly.Fives, left[i].Hours);
            real[i] = new WindowCounts(partly.RealMinutes, partly.RealFives, left[i].RealHours);
        }
    }

    private void SkipTo(long index)
    {
        if (_next is not { } next)
            return;
        // After more than a window nothing of it is left; whole days keep the grids aligned.
        var longest = _minutesInWindow + MinutesPerDay;
        if (index - next > longest)
            next = index - longest;
        for (; next < index; next++)
            Push(next, null);
    }

    private void Push(long index, MinuteMean? minute)
    {
        var m = _minute.Push(index, minute)!.Value;
        var five = _five.Push(index, minute);
        var hour = _hour.Push(index, minute);
        _days.Push(index, minute, Reaches(m.Busy));
        _tallies.Add(index / 60, new HourTallies.Tally(
            One(m.Busy), One(five?.Busy), One(hour?.Busy), One(m.Foreign), One(five?.Foreign), One(hour?.Foreign)));
        _next = index + 1;
    }

    private int One(double? value) => value is { } v && Reaches(v) ? 1 : 0;

    private bool Reaches(double value) => RollingPercentile.Hundredths(value) >= RollingPercentile.Hundredths(Rule.Threshold);
}
