namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>
/// The readings of the hours to come: for how many they hold if nothing at or above the threshold comes any
/// more, and at what pace minutes must come so that they always do. Worked out once a minute.
/// </summary>
internal sealed class Forecast(CpuReadings readings)
{
    // Counted minutes may differ from Oracle's by noise.
    private const int SpareMinutes = 5;

    private readonly WindowCounts[] _all = new WindowCounts[readings.Rule.Days * 24 + 1];
    private readonly WindowCounts[] _real = new WindowCounts[readings.Rule.Days * 24 + 1];
    private DateTimeOffset? _at;

    /// <summary>Hours for which the readings hold; null when not even now.</summary>
    public int? Holds { get; private set; }

    /// <summary>The same for real load alone.</summary>
    public int? RealHolds { get; private set; }

    /// <summary>Percent of the minutes to come, at least, that must reach the threshold; 0 to 100.</summary>
    public double Pace { get; private set; }

    /// <summary>What counts i hours from the start of the present hour, for i from 0 on.</summary>
    public ReadOnlySpan<WindowCounts> Ahead => _all;

    /// <summary>Looks again when minutes were counted since.</summary>
    public Forecast Now()
    {
        if (_at is not null && _at == readings.CountedTo)
            return this;
        _at = readings.CountedTo;
        readings.CountAhead(_all, _real);
        Holds = Hours(_all);
        RealHolds = Hours(_real);
        Pace = PaceOf(_all);
        return this;
    }

    private int? Hours(WindowCounts[] ahead)
    {
        var needed = readings.Needed;
        for (var i = 0; i < ahead.Length; i++)
            if (ahead[i].Minutes < needed.Minutes || ahead[i].FiveMinutes < needed.FiveMinutes || ahead[i].Hours < needed.Hours)
                return i == 0 ? null : i - 1;
        return ahead.Length - 1;
    }

    private double PaceOf(WindowCounts[] ahead)
    {
        var needed = readings.Needed.Minutes + SpareMinutes;
        var most = 0.0;
        for (var i = 1; i < ahead.Length; i++)
            most = Math.Max(most, 100.0 * (needed - ahead[i].Minutes) / (i * 60));
        return Math.Min(100, most);
    }
}
