using LoadShaper.Domain.Safety;

namespace LoadShaper.Simulation;

/// <summary>What a run came to, in a few numbers.</summary>
/// <param name="From">The readings are summed up from here on: the end of the first week, or of the first hour of a shorter run.</param>
/// <param name="Readings">A line for each way of reading.</param>
/// <param name="Own">Mean own load over the run, percent.</param>
/// <param name="OwnLater">The same over the second half.</param>
/// <param name="Transitions">Changes of the controller's state.</param>
public sealed record Summary(
    DateTimeOffset From,
    IReadOnlyList<ReadingLine> Readings,
    double Own,
    double OwnLater,
    int Transitions,
    Verdict? Verdict)
{
    public static Summary Of(SimulationReport report)
    {
        var days = report.Minutes / (24 * 60);
        var from = SimulationOptions.Start.AddDays(days > 7 ? 7 : 0);
        var hours = report.Hours.Where(hour => hour.At >= from).ToArray();
        var threshold = report.Rule.Threshold;
        return new Summary(
            from,
            [
                ReadingLine.Of("1 min", hours.Select(hour => hour.Minute), threshold, 1),
                ReadingLine.Of("5 min", hours.Select(hour => hour.FiveMinutes), threshold, 1),
                ReadingLine.Of("1 h", hours.Select(hour => hour.Hour), threshold, 1),
                ReadingLine.Of("day", report.Days.Where(day => day.Day >= from).Select(day => day.P95), threshold, 24),
            ],
            report.OwnFrom(0), report.OwnFrom(days / 2),
            report.Transitions,
            report.Verdict);
    }
}

/// <summary>The P95 by one way of reading over a run; null where it was never seen.</summary>
/// <param name="HoursUnder">Hours in which it stood under the threshold.</param>
public sealed record ReadingLine(string Name, double? Min, double? Mean, double? Max, double? Deviation, int HoursUnder)
{
    internal static ReadingLine Of(string name, IEnumerable<double?> figures, double threshold, int hoursEach)
    {
        var values = figures.OfType<double>().ToArray();
        if (values.Length == 0)
            return new ReadingLine(name, null, null, null, null, 0);
        var mean = values.Average();
        return new ReadingLine(
            name, values.Min(), mean, values.Max(),
            Math.Sqrt(values.Average(value => (value - mean) * (value - mean))),
            hoursEach * values.Count(value => value < threshold));
    }
}
