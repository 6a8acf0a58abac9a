using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Model;

/// <summary>
/// The plan's warm-up and phases on one time line in nanoseconds: 0 is the start of the warm-up. Neighbouring rate phases
/// are one segment with one rate curve, so that a backlog passes from one to the next; a closed phase is its own segment.
/// </summary>
public sealed class LoadSchedule
{
    private readonly (long Start, long End, LoadPhase Phase)[] _phases;

    private LoadSchedule((long, long, LoadPhase)[] phases, LoadSegment[] segments, long warmup)
    {
        _phases = phases;
        Segments = segments;
        WarmupEnd = warmup;
        End = segments.Length == 0 ? 0 : segments[^1].End;
    }

    public IReadOnlyList<LoadSegment> Segments { get; }
    public long WarmupEnd { get; }
    public long End { get; }

    public static LoadSchedule Of(IReadOnlyList<LoadPhase> phases, TimeSpan warmup)
    {
        var all = new List<(long Start, long End, LoadPhase Phase)>();
        var segments = new List<LoadSegment>();
        long at = 0;
        if (warmup > TimeSpan.Zero)
            Append(WarmupOf(phases[0], warmup), true);
        var warmupEnd = at;
        foreach (var phase in phases)
            Append(phase, false);
        return new LoadSchedule([.. all], [.. segments], warmupEnd);

        void Append(LoadPhase phase, bool isWarmup)
        {
            var end = at + (long)Math.Round(phase.Duration.TotalSeconds * 1e9);
            all.Add((at, end, phase));
            if (phase is not ClosedUsers && segments is [.., { Warmup: false, Closed: null } last])
            {
                segments[^1] = last with { End = end, Curve = RateCurve.Of(all.Where(p => p.Start >= last.Start).Select(p => p.Phase)) };
            }
            else
            {
                var closed = phase as ClosedUsers;
                var before = segments is [.., { Closed: { } previous }] ? previous.Users : 0;
                segments.Add(new LoadSegment(at, end, isWarmup, closed is null ? RateCurve.Of([phase]) : null, closed, before));
            }

            at = end;
        }
    }

    /// <summary>Index of the phase (without the warm-up; 0 within it) and its value at <paramref name="time"/>.</summary>
    public (int Index, LoadPhase Phase) PhaseAt(long time)
    {
        var skip = WarmupEnd > 0 ? 1 : 0;
        for (var i = 0; i < _phases.Length; i++)
        {
            if (time < _phases[i].End || i == _phases.Length - 1)
                return (Math.Max(0, i - skip), _phases[Math.Max(i, skip)].Phase);
        }

        throw new InvalidOperationException("A schedule has at least one phase");
    }

    /// <summary>Start of the second that holds <paramref name="time"/>; seconds are counted from the end of the warm-up, so the first may be shorter.</summary>
    public long SecondAt(long time)
    {
        const long second = 1_000_000_000;
        var first = WarmupEnd % second;
        return time < first ? first - second : time - (time - first) % second;
    }

    /// <summary>Arrivals a second asked for; NaN in a closed segment, 0 outside the schedule.</summary>
    public double PlannedRate(long time)
    {
        foreach (var segment in Segments)
        {
            if (time >= segment.Start && time < segment.End)
                return segment.Curve?.Rate((time - segment.Start) / 1e9) ?? double.NaN;
        }

        return 0;
    }

    private static LoadPhase WarmupOf(LoadPhase first, TimeSpan warmup)
    {
        if (first is ClosedUsers closed)
            return closed with { Duration = warmup };
        var curve = RateCurve.Of([first]);
        var start = curve.Rate(0);
        return new ConstantRate(start > 0 ? start : curve.Total / curve.Duration, warmup);
    }
}

/// <summary>A stretch with one way to make arrivals: a rate curve or a closed phase.</summary>
/// <param name="UsersBefore">Users that a directly preceding closed segment leaves behind.</param>
public sealed record LoadSegment(long Start, long End, bool Warmup, RateCurve? Curve, ClosedUsers? Closed, int UsersBefore);
