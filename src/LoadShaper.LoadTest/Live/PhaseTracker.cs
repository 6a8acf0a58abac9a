using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Live;

/// <summary>Collects the figures of each phase from the intervals. It holds one histogram for each phase.</summary>
public sealed class PhaseTracker
{
    /// <summary>Phases beyond it are not kept apart.</summary>
    private const int MostPhases = 64;

    private readonly List<Phase> _phases = [];
    private int _current = -1;

    public IReadOnlyList<PhaseFigures> Figures => [.. _phases.Select(p => new PhaseFigures(p.Index, p.Name, p.Start, p.Length, p.Counts, p.Response))];

    public void OnInterval(IntervalSnapshot snapshot)
    {
        if (snapshot.Warmup)
            return;
        if (snapshot.Phase != _current)
        {
            var first = _current < 0;
            _current = snapshot.Phase;
            if (_phases.Count < MostPhases)
                _phases.Add(new Phase(snapshot.Phase, snapshot.PhaseName, first ? TimeSpan.Zero : snapshot.Elapsed));
            // The interval also holds the end of the phase before.
            if (!first)
                return;
        }
        if (_phases.Count == 0 || _phases[^1].Index != snapshot.Phase)
            return;
        var phase = _phases[^1];
        phase.Counts += snapshot.Total.Interval;
        phase.Response.Add(snapshot.Total.IntervalHistogram);
        phase.Length += snapshot.Length;
    }

    private sealed class Phase(int index, string name, TimeSpan start)
    {
        public int Index => index;
        public string Name => name;
        public TimeSpan Start => start;
        public TimeSpan Length { get; set; }
        public RunCounts Counts { get; set; }
        public LatencyHistogram Response { get; } = new();
    }
}
