using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>The mean CPU use of the slot that ended last, own and foreign.</summary>
public sealed class SlotFold(TimeSpan duration)
{
    private (long Index, double Seconds, double Sum) _current = (long.MinValue, 0, 0);
    private (long Index, double? Mean) _ended = (long.MinValue, null);

    /// <summary>The slot's mean; null when less than half of it was seen, or when it is not the one that ended last.</summary>
    public double? MeanOf(long slot) => _ended.Index == slot ? _ended.Mean : null;

    public void Fold(Sample sample)
    {
        var last = Slot.At(sample.At - TimeSpan.FromTicks(1), duration);
        for (var slot = Slot.At(sample.At - sample.Period, duration); slot.Index <= last.Index; slot = slot.Next)
            Take(sample, slot);
        if (sample.At >= last.End)
            End(last.Next.Index);
    }

    private void Take(Sample sample, Slot slot)
    {
        if (slot.Index < _current.Index)
            return;
        End(slot.Index);
        var from = sample.At - sample.Period > slot.Start ? sample.At - sample.Period : slot.Start;
        var to = sample.At < slot.End ? sample.At : slot.End;
        if (sample.Cpu is { } cpu && to > from)
            _current = (slot.Index, _current.Seconds + (to - from).TotalSeconds, _current.Sum + (to - from).TotalSeconds * cpu.Busy.Value);
    }

    private void End(long next)
    {
        if (next <= _current.Index)
            return;
        _ended = (_current.Index, _current.Seconds * 2 >= duration.TotalSeconds ? _current.Sum / _current.Seconds : null);
        _current = (next, 0, 0);
    }
}
