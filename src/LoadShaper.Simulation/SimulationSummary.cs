using LoadShaper.Domain.Safety;

namespace LoadShaper.Simulation;

/// <summary>What a run came to, in a few numbers.</summary>
/// <param name="From">The readings are summed up from here on: the end of the first week, or of the first hour of a shorter run.</param>
/// <param name="Readings">A line for each way of reading.</param>
/// <param name="Own">Mean own load over the run, percent.</param>
/// <param name="OwnLater">The same over the second half.</param>
/// <param name="Transitions">Changes of the controller's state.</param>
/// <param name="Reserve">Hours for which the readings on 1 min, 5 min and 1 h held if LoadShaper stopped.</param>
public sealed record SimulationSummary(
    DateTimeOffset From,
    IReadOnlyList<ReadingLine> Readings,
    double Own,
    double OwnLater,
    int Transitions,
    ReserveLine Reserve,
    Verdict? Verdict)
{
    public static SimulationSummary Of(SimulationReport report)
    {
        var days = report.Minutes / (24 * 60);
        var from = SimulationOptions.Start.AddDays(days > 7 ? 7 : 0);
        var hours = report.Hours.Where(hour => hour.At >= from).ToArray();
        var threshold = report.Rule.Threshold;
        return new SimulationSummary(
            from,
            [
                ReadingLine.Of("1 min", hours.Select(hour => hour.Minute), threshold, 1),
                ReadingLine.Of("5 min", hours.Select(hour => hour.FiveMinutes), threshold, 1),
                ReadingLine.Of("1 h", hours.Select(hour => hour.Hour), threshold, 1),
                ReadingLine.Of("day", report.Days.Where(day => day.Day >= from).Select(day => day.P95), threshold, 24),
            ],
            report.OwnFrom(0), report.OwnFrom(days / 2),
            report.Transitions,
            ReserveLine.Of(hours),
            report.Verdict);
    }
}

/// <summary>The reserve over a run, whole hours.</summary>
/// <param name="Min">The lowest; null when the readings did not hold at some hour.</param>
/// <param name="Mean">The mean; hours in which the readings did not hold count as 0.</param>
/// <param name="Last">At the end; null when the readings did not hold.</param>
public sealed record ReserveLine(int? Min, double Mean, int? Last)
{
    internal static ReserveLine Of(IReadOnlyList<Evaluation> hours) => hours.Count == 0
        ? new ReserveLine(null, 0, null)
        : new ReserveLine(
            hours.Any(hour => hour.ReserveHours is null) ? null : hours.Min(hour => hour.ReserveHours),
            hours.Average(hour => hour.ReserveHours ?? 0),
            hours[^1].ReserveHours);
}

/// <summary>The P95 by one way of reading over a run; null where it was never seen.</summary>
/// <param name="HoursUnder">Hours in which it was under the threshold.</param>
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
