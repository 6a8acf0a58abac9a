using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Session;

/// <summary>Where a run is within a session of several runs: what the runs before it add to its times and counts.</summary>
internal sealed record PartOffset(int Phase, string? Name, TimeSpan Start, RunCounts Total, IReadOnlyDictionary<string, RunCounts> Series)
{
    public static readonly PartOffset None = new(0, null, TimeSpan.Zero, default, new Dictionary<string, RunCounts>());

    public IntervalSnapshot Apply(IntervalSnapshot snapshot) => this == None ? snapshot : snapshot with
    {
        Elapsed = snapshot.Elapsed + Start,
        Phase = Phase,
        PhaseName = Name ?? snapshot.PhaseName,
        Total = snapshot.Total with { Counts = Total + snapshot.Total.Counts },
        Series = [.. snapshot.Series.Select(s => s with { Counts = Series.GetValueOrDefault(s.Name) + s.Counts })],
        NewRows = [.. snapshot.NewRows.Select(r => r with { Start = r.Start + Start })],
    };
}
