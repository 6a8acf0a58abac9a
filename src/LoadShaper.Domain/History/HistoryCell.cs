using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Readings;

namespace LoadShaper.Domain.History;

/// <summary>The sums behind one <see cref="HistoryPoint"/>.</summary>
internal sealed class HistoryCell
{
    private readonly double[] _plans = new double[PlanKinds.Count];
    private double _own, _foreign, _steal, _gate, _closed, _held, _planned;
    private (double Sum, int Count) _memory, _network;
    private double? _p95Minute, _p95Five, _p95Hour;
    private GateCauses _causes;
    private VerdictKind? _verdict;
    private int _seen;

    /// <summary>Half hours since 1970; the least number for none.</summary>
    public long Index { get; private set; } = long.MinValue;

    public void Clear(long index)
    {
        Index = index;
        Array.Clear(_plans);
        _own = _foreign = _steal = _gate = _closed = _held = _planned = 0;
        _memory = _network = default;
        _p95Minute = _p95Five = _p95Hour = null;
        _causes = GateCauses.None;
        _verdict = null;
        _seen = 0;
    }

    public void Add(MinuteMean minute)
    {
        _seen++;
        _own += minute.Own;
        _steal += minute.Steal;
        _foreign += Math.Max(0, minute.Foreign - minute.Steal);
        if (minute.Memory is { } memory)
            _memory = (_memory.Sum + memory, _memory.Count + 1);
        if (minute.Network is { } network)
            _network = (_network.Sum + network, _network.Count + 1);
    }

    public void Add(CpuFigures p95)
    {
        _p95Minute = Least(_p95Minute, p95.Minute);
        _p95Five = Least(_p95Five, p95.FiveMinutes);
        _p95Hour = Least(_p95Hour, p95.Hour);
    }

    public void Add(GatePosition position, GateCauses causes, double seconds)
    {
        _gate += seconds;
        if (position == GatePosition.Open)
            return;
        _causes |= causes;
        if (position == GatePosition.Closed)
            _closed += seconds;
        else
            _held += seconds;
    }

    public void Add(PlanKind kind, double seconds)
    {
        _planned += seconds;
        _plans[(int)kind] += seconds;
    }

    public void Add(VerdictKind verdict) => _verdict = verdict;

    public HistoryPoint ToPoint(DateTimeOffset start) => new(
        start, _seen,
        Mean(_own, _seen), Mean(_foreign, _seen), Mean(_steal, _seen),
        Mean(_memory.Sum, _memory.Count), Mean(_network.Sum, _network.Count),
        new CpuFigures(_p95Minute, _p95Five, _p95Hour, null),
        _gate > 0 ? new GateShares(_closed / _gate, _held / _gate, _causes) : null,
        _planned > 0 ? new PlanShares(Array.ConvertAll(_plans, seconds => seconds / _planned)) : null,
        _verdict);

    private static double? Mean(double sum, int count) => count > 0 ? sum / count : null;

    private static double? Least(double? a, double? b) => a is { } x && b is { } y ? Math.Min(x, y) : a ?? b;
}
