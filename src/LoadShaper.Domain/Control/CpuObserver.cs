using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Control;

/// <summary>
/// Turns samples into what the CPU decisions and the verdict are made from: readings, noise, the slot's mean, the quiet
/// hours. Holds no decision. Restored from stored minutes at start.
/// </summary>
public sealed class CpuObserver
{
    private readonly CpuSettings _settings;
    private readonly ShapeFamily _family;
    private readonly MinuteFold _minutes = new();
    private readonly SlotFold _slots;
    private readonly NoiseMeter _noise = new();
    private ForeignProfile _profile = new();

    private (long Minute, double Level, bool Whole) _filled = (long.MinValue, 0, false);
    private MinuteMean? _last;
    private double? _load;

    public CpuObserver(CpuSettings settings, ShapeFamily family)
    {
        (_settings, _family) = (settings, family);
        _slots = new SlotFold(settings.SlotDuration);
        Readings = new CpuReadings(settings.Rule);
    }

    public CpuReadings Readings { get; private set; }

    /// <summary>The minute that was observed last; null before the first.</summary>
    public MinuteMean? Last => _last;

    /// <summary>Takes the stored minutes, oldest first.</summary>
    public void Restore(IEnumerable<MinuteMean> minutes)
    {
        foreach (var minute in minutes)
        {
            Readings.Add(minute);
            if (!minute.IsSeeded)
                _profile.Add(minute);
        }
    }

    /// <summary>Replaces what was read by the stored minutes, oldest first: minutes between them may have been filled in.</summary>
    public void Reload(IEnumerable<MinuteMean> minutes)
    {
        Readings = new CpuReadings(_settings.Rule);
        _profile = new ForeignProfile();
        Restore(minutes);
    }

    /// <summary>Takes a sample and the plan that was in force while it was taken; gives back the minutes that it completed.</summary>
    public IReadOnlyList<MinuteMean> Observe(Sample sample, CpuPlan? plan)
    {
        var start = sample.At - sample.Period;
        var completed = _minutes.Fold(sample);
        _slots.Fold(sample);
        Fill(start.ToUnixTimeSeconds() / 60, plan?.Intensity.Value ?? 0);
        foreach (var minute in completed)
            Take(minute);
        Readings.AdvanceTo(sample.At);
        _load = sample.Load is { } load && sample.CpuCount > 0 ? load.ForeignOneMinute / sample.CpuCount : null;
        return completed;
    }

    /// <summary>What a decision at this moment depends on.</summary>
    public P95Input InputAt(DateTimeOffset at, GatePosition gate, IdleMetric? savedBy = null)
    {
        Readings.AdvanceTo(at);
        var figures = Readings.Pessimistic;
        var outlook = Readings.Forecast;
        return new P95Input(
            at, gate,
            figures.Minute ?? 0, figures.FiveMinutes ?? 0, figures.Hour ?? 0,
            outlook.RealHolds ?? 0,
            Rounded(outlook.Pace),
            Rounded(_last?.Foreign ?? 0),
            _slots.MeanOf(Slot.At(at, _settings.SlotDuration).Index - 1) is { } mean ? Floored(mean) : null,
            _load is { } load ? Rounded(load) : null,
            Rounded(_noise.Deviation),
            Rounded(_last?.Steal ?? 0),
            savedBy,
            _settings.Strategy == CpuStrategy.Blocks ? BlockInputNow(outlook) : null);
    }

    /// <summary>What the verdict at this moment is judged from.</summary>
    /// <param name="memory">Mean use over the window, percent; null when unknown.</param>
    /// <param name="network">Mean use over the window, percent; null when unknown.</param>
    public VerdictInput VerdictInputAt(DateTimeOffset at, double? memory, double? network)
    {
        Readings.AdvanceTo(at);
        return new VerdictInput(
            at, Readings.Busy.Lowest, Readings.Pessimistic.Lowest, Readings.ReserveHours,
            memory, network,
            Readings.WatchedSince is { } since ? at - since : TimeSpan.Zero,
            TimeSpan.FromMinutes(Readings.MissingMinutes),
            Readings.LackingMinutes);
    }

    private BlockInput BlockInputNow(Forecast outlook)
    {
        var hour = Readings.ThisHour;
        return new BlockInput(
            _family, BlockNeeds.Due(Readings.Needed, outlook.Ahead, _settings.ReserveHours), Readings.Today.Reached, Rounded(hour.Sum), hour.Seen,
            Array.ConvertAll(_profile.Hours(), h => Math.Round(h, 1)),
            _settings.ReserveHours > 0 ? _settings.ReserveHours : null);
    }

    // Only a minute that was filled up to one level throughout shows the noise around it.
    private void Fill(long minute, double level) =>
        _filled = minute != _filled.Minute ? (minute, level, true) : _filled with { Whole = _filled.Whole && level.Equals(_filled.Level) };

    private void Take(MinuteMean minute)
    {
        Readings.Add(minute);
        _profile.Add(minute);
        _last = minute;
        if (_filled.Minute == minute.Index && _filled.Whole && _filled.Level > 0 && minute.Own > 0.5)
            _noise.Add(minute.Busy, _filled.Level);
    }

    private static double Rounded(double value) => Math.Round(value, 2);

    // A value compared with a threshold is never rounded up to it.
    private static double Floored(double value) => RollingPercentile.Hundredths(value) / 100.0;
}
