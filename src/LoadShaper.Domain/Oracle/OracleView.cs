using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Oracle;

/// <summary>What Oracle's points amount to by the idle rule, computed as LoadShaper computes its own readings.</summary>
/// <param name="At">When it was computed.</param>
/// <param name="Newest">End of the newest CPU minute; null without one.</param>
/// <param name="Points">CPU minutes of the window.</param>
/// <param name="Cpu">P95 on each grid, minutes without a point absent.</param>
/// <param name="Memory">Mean over the window, percent.</param>
/// <param name="Network">Mean over the window of the busier direction, percent of the link; null without a known link.</param>
/// <param name="HypervisorCpu">P95 of the hypervisor's points; it does not see steal.</param>
/// <param name="Verdict">By the same rule as LoadShaper's own.</param>
/// <param name="Margin">Points between the best metric and the threshold.</param>
public sealed record OracleView(
    DateTimeOffset At,
    DateTimeOffset? Newest,
    int Points,
    CpuFigures Cpu,
    double? Memory,
    double? Network,
    double? HypervisorCpu,
    VerdictKind Verdict,
    double? Margin)
{
    // Oracle keeps one-minute values for seven days, so an answer begins a little later than the window.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <param name="points">In any order; of several for one minute the last counts.</param>
    /// <param name="link">Speed of the link; null when unknown.</param>
    public static OracleView Of(IdleRule rule, ShapeFamily family, IEnumerable<OraclePoint> points, BitRate? link, DateTimeOffset at)
    {
        var from = (at - rule.Window).ToUnixTimeSeconds() / 60;
        var byMetric = points.Where(point => point.IsValid && point.Minute >= from).ToLookup(point => point.Metric);
        var cpu = Minutes(byMetric[OracleMetric.Cpu]);
        var readings = new CpuReadings(rule);
        foreach (var (minute, value) in cpu)
            readings.Add(new MinuteMean(MinuteMean.StartOf(minute), TimeSpan.FromMinutes(1), value, value, 0));
        readings.AdvanceTo(at);

        var memory = Mean(byMetric[OracleMetric.Memory]);
        var network = link is { } rate && rate.BitsPerSecond > 0
            ? Greater(Mean(byMetric[OracleMetric.NetworkIn]), Mean(byMetric[OracleMetric.NetworkOut])) * 8 / 60 / rate.BitsPerSecond * 100
            : null;
        var watched = readings.WatchedSince is { } since ? at - since + Tolerance : TimeSpan.Zero;
        var verdict = VerdictPolicy.Decide(rule, family, new VerdictInput(
            at, readings.Busy.Lowest, readings.Pessimistic.Lowest, readings.ReserveHours, memory, network,
            watched, TimeSpan.FromMinutes(readings.MissingMinutes), readings.LackingMinutes));
        return new OracleView(
            at, cpu.Count > 0 ? MinuteMean.StartOf(cpu.Keys[^1] + 1) : null, readings.SeenMinutes, readings.Busy,
            Rounded(memory), Rounded(network), P95(rule, byMetric[OracleMetric.HypervisorCpu]), verdict.Kind, Rounded(verdict.Margin));
    }

    private static SortedList<long, double> Minutes(IEnumerable<OraclePoint> points)
    {
        var minutes = new SortedList<long, double>();
        foreach (var point in points.OrderBy(point => point.Minute))
            minutes[point.Minute] = point.Value;
        return minutes;
    }

    private static double? Mean(IEnumerable<OraclePoint> points)
    {
        var minutes = Minutes(points);
        return minutes.Count > 0 ? minutes.Values.Average() : null;
    }

    private static double? P95(IdleRule rule, IEnumerable<OraclePoint> points)
    {
        var values = Minutes(points).Values;
        if (values.Count == 0)
            return null;
        var percentile = new RollingPercentile(rule, values.Count);
        foreach (var value in values)
            percentile.Push(value);
        return percentile.Value;
    }

    private static double? Greater(double? a, double? b) => a is { } x && b is { } y ? Math.Max(x, y) : a ?? b;

    private static double? Rounded(double? value) => value is { } v ? Math.Round(v, 2) : null;
}
