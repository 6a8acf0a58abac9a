using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>
/// Folds samples into means over UTC minutes, as Oracle's agent does. A sample that spans two minutes is shared between
/// them by time; a minute of which less than half was seen is dropped.
/// </summary>
public sealed class MinuteFold
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private Slot? _current;
    private Sums _cpu;
    private Mean _memory, _network, _load;

    /// <summary>Takes a sample; gives back the minutes that it completed, oldest first, as far as they count.</summary>
    public IReadOnlyList<MinuteMean> Fold(Sample sample)
    {
        // After a pause only the sample's own minute and the one it continues are known; the rest was not seen.
        var own = Slot.At(sample.At - TimeSpan.FromTicks(1), Minute);
        if (_current is { } current && own.Index < current.Index)
            return []; // The clock went back: that minute was judged already.

        List<MinuteMean>? completed = null;
        if (_current is { } before && own.Index > before.Index)
        {
            Take(sample, Overlap(sample, before));
            Complete(before, ref completed);
            _current = null;
        }

        if (_current is null)
            Start(own);
        Take(sample, Overlap(sample, own));
        if (sample.At >= own.End)
        {
            Complete(own, ref completed);
            Start(own.Next);
        }

        return completed ?? (IReadOnlyList<MinuteMean>)[];
    }

    private static TimeSpan Overlap(Sample sample, Slot minute)
    {
        var from = sample.At - sample.Period;
        if (from < minute.Start)
            from = minute.Start;
        var to = sample.At < minute.End ? sample.At : minute.End;
        return to > from ? to - from : TimeSpan.Zero;
    }

    private void Start(Slot minute)
    {
        _current = minute;
        _cpu = default;
        _memory = _network = _load = default;
    }

    private void Take(Sample sample, TimeSpan span)
    {
        var seconds = Math.Min(span.TotalSeconds, Minute.TotalSeconds - _cpu.Seconds);
        if (seconds <= 0)
            return;
        if (sample.Cpu is { } cpu)
            _cpu = _cpu.With(seconds, cpu);
        if (sample.Memory is { } memory)
            _memory = _memory.With(seconds, MemoryUse.Of(memory).LowestShare.Value);
        if (sample.Network is { } network)
            _network = _network.With(seconds, network.Utilization.Value);
        if (sample.LoadPerCore is { } load)
            _load = _load.With(seconds, load);
    }

    private void Complete(Slot minute, ref List<MinuteMean>? completed)
    {
        if (_cpu.Seconds * 2 < Minute.TotalSeconds)
            return;
        (completed ??= new List<MinuteMean>(2)).Add(new MinuteMean(
            minute.Start, TimeSpan.FromSeconds(_cpu.Seconds),
            _cpu.Busy / _cpu.Seconds, _cpu.BusyWithoutSteal / _cpu.Seconds, _cpu.Own / _cpu.Seconds,
            _memory.Value, _network.Value, _load.Value));
    }

    private readonly record struct Sums(double Seconds, double Busy, double BusyWithoutSteal, double Own)
    {
        public Sums With(double seconds, CpuReading cpu) => new(
            Seconds + seconds,
            Busy + seconds * cpu.Busy.Value,
            BusyWithoutSteal + seconds * cpu.BusyWithoutSteal.Value,
            Own + seconds * cpu.Own.Value);
    }

    private readonly record struct Mean(double Seconds, double Sum)
    {
        public double? Value => Seconds > 0 ? Sum / Seconds : null;

        public Mean With(double seconds, double value) => new(Seconds + seconds, Sum + seconds * value);
    }
}
