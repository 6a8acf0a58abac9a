using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Model;

/// <summary>
/// Walks the arrivals of one part of a rate curve's schedule in order of time. The global schedule is the same for every
/// partition: arrival i of it is due at S⁻¹(i) (uniform) or S⁻¹(sum of i + 1 exponentials) (Poisson), and this cursor
/// visits the i ≡ index mod count. It holds a few numbers, however far behind a run is.
/// </summary>
public struct ArrivalCursor
{
    /// <summary>The value of <see cref="Due"/> after the last arrival.</summary>
    public const long End = long.MaxValue;

    private readonly RateCurve _curve;
    private readonly SchedulePartition _partition;
    private readonly ulong _seed;
    private readonly bool _poisson;
    private readonly double _total;
    private long _index;
    private double _sum;
    private int _piece;

    public ArrivalCursor(RateCurve curve, ArrivalProcess process, ulong seed, SchedulePartition partition)
    {
        _curve = curve;
        _partition = partition;
        _seed = seed;
        _poisson = process == ArrivalProcess.Poisson;
        // The sum of the pieces carries rounding errors; an arrival exactly at the end of the curve is not part of it.
        _total = curve.Total * (1 - 1e-12);
        _index = partition.Index;
        for (long i = 0; _poisson && i <= _index; i++)
            _sum += Chance.Exponential(seed, Chance.Streams.Arrivals, i);
        Compute();
    }

    /// <summary>Nanoseconds from the start of the curve, or <see cref="End"/>.</summary>
    public long Due { get; private set; }

    /// <summary>Number of the arrival in the global schedule of this curve.</summary>
    public readonly long Index => _index;

    /// <summary>Arrivals of this part passed so far.</summary>
    public long Passed { get; private set; }

    public void Advance()
    {
        if (Due == End)
            return;
        Passed++;
        if (_poisson)
        {
            for (var i = 1; i <= _partition.Count; i++)
                _sum += Chance.Exponential(_seed, Chance.Streams.Arrivals, _index + i);
        }

        _index += _partition.Count;
        Compute();
    }

    private void Compute()
    {
        var count = _poisson ? _sum : _index;
        Due = count >= _total ? End : (long)Math.Round(_curve.Inverse(count, ref _piece) * 1e9);
    }
}
