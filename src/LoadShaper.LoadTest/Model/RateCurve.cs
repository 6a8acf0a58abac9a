using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Model;

/// <summary>
/// The rate of arrivals over time as linear pieces, with its integral S(t) (arrivals up to t) and the inverse of it.
/// Times are seconds from the start of the curve, rates are arrivals a second.
/// </summary>
public sealed class RateCurve
{
    private readonly Piece[] _pieces;

    private RateCurve(Piece[] pieces)
    {
        _pieces = pieces;
        Duration = pieces.Length == 0 ? 0 : pieces[^1].End;
        Total = pieces.Length == 0 ? 0 : pieces[^1].EndCount;
    }

    /// <summary>Seconds.</summary>
    public double Duration { get; }

    /// <summary>S(Duration): arrivals of the whole curve.</summary>
    public double Total { get; }

    /// <summary>The curve of rate phases, one after the other. A closed phase among them is an error of the caller.</summary>
    public static RateCurve Of(IEnumerable<LoadPhase> phases)
    {
        var pieces = new List<Piece>();
        foreach (var phase in phases)
            Append(pieces, phase);
        return new RateCurve([.. pieces]);
    }

    public static RateCurve Constant(double rate, double seconds) => new([new Piece(0, seconds, 0, rate, rate)]);

    /// <summary>Rate at <paramref name="time"/>; the later one at a jump, the last one beyond the end.</summary>
    public double Rate(double time)
    {
        foreach (var piece in _pieces)
        {
            if (time < piece.End)
                return piece.Rate(time - piece.Start);
        }

        return _pieces.Length == 0 ? 0 : _pieces[^1].To;
    }

    /// <summary>S(t), constant outside the curve.</summary>
    public double Integral(double time)
    {
        if (time <= 0)
            return 0;
        foreach (var piece in _pieces)
        {
            if (time < piece.End)
                return piece.StartCount + piece.Count(time - piece.Start);
        }

        return Total;
    }

    /// <summary>
    /// The time at which S reaches <paramref name="count"/>; where the rate is zero, the end of that stretch. Infinity
    /// from <see cref="Total"/> on. <paramref name="cursor"/> remembers the piece: start with 0 and ask in ascending order.
    /// </summary>
    public double Inverse(double count, ref int cursor)
    {
        while (cursor < _pieces.Length && count >= _pieces[cursor].EndCount)
            cursor++;
        return cursor == _pieces.Length
            ? double.PositiveInfinity
            : _pieces[cursor].Start + _pieces[cursor].Time(count - _pieces[cursor].StartCount);
    }

    public double Inverse(double count)
    {
        var cursor = 0;
        return Inverse(count, ref cursor);
    }

    private static void Append(List<Piece> pieces, LoadPhase phase)
    {
        var seconds = phase.Duration.TotalSeconds;
        switch (phase)
        {
            case ConstantRate p:
                Add(p.Rate, p.Rate, seconds);
                break;
            case RampRate p:
                Add(p.From, p.To, seconds);
                break;
            case StepRates p:
                foreach (var rate in p.Rates)
                    Add(rate, rate, seconds / p.Rates.Count);
                break;
            case SpikeRate p:
                Add(p.Base, p.Base, p.At.TotalSeconds);
                Add(p.Peak, p.Peak, p.For.TotalSeconds);
                Add(p.Base, p.Base, seconds - p.At.TotalSeconds - p.For.TotalSeconds);
                break;
            case RampHoldRamp p:
                Add(p.Min, p.Max, seconds / 3);
                Add(p.Max, p.Max, seconds / 3);
                Add(p.Max, p.Min, seconds / 3);
                break;
            default:
                throw new ArgumentException($"{phase.GetType().Name} is not a rate phase", nameof(phase));
        }

        void Add(double from, double to, double length)
        {
            if (length <= 0)
                return;
            var (start, count) = pieces.Count == 0 ? (0, 0) : (pieces[^1].End, pieces[^1].EndCount);
            pieces.Add(new Piece(start, start + length, count, from, to));
        }
    }

    private readonly struct Piece
    {
        private readonly double _slope;

        internal Piece(double start, double end, double startCount, double from, double to)
        {
            (Start, End, StartCount, From, To) = (start, end, startCount, from, to);
            _slope = (to - from) / (end - start);
            EndCount = startCount + (from + to) / 2 * (end - start);
        }

        internal double Start { get; }
        internal double End { get; }
        internal double StartCount { get; }
        internal double EndCount { get; }
        internal double From { get; }
        internal double To { get; }

        internal double Rate(double x) => From + _slope * x;

        internal double Count(double x) => x * (From + _slope * x / 2);

        // The root of From x + slope/2 x² = count in the form that does not cancel for small slopes.
        internal double Time(double count)
        {
            if (count <= 0)
                return 0;
            var x = 2 * count / (From + Math.Sqrt(Math.Max(0, From * From + 2 * _slope * count)));
            return Math.Min(x, End - Start);
        }
    }
}
