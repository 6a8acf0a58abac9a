using LoadShaper.Domain.Cpu;
using LoadShaper.Simulation;

namespace LoadShaper.Bound;

/// <summary>What both strategies come to on each foreign load, as a Markdown table; the worst of several seeds.</summary>
internal static class FigureTable
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    public static void Write(TextWriter to, int seeds)
    {
        to.WriteLine("| foreign load | bound | slots: P95 1 min, own CPU | blocks: lowest P95 on 1 min, 5 min, 1 h, day; own CPU |");
        to.WriteLine("| --- | --- | --- | --- |");
        foreach (var figure in FigureCases.All(Path.Combine(AppContext.BaseDirectory, "traces")))
        {
            var slots = Run(figure, CpuStrategy.Slots, seeds);
            var blocks = Run(figure, CpuStrategy.Blocks, seeds);
            to.WriteLine(
                $"| {figure.Name} | {BoundOf(figure.Options.Foreign):0.00} % " +
                $"| {slots.Min(r => Lowest(r, h => h.Minute)):0.0} - {slots.Max(r => Later(r).Max(h => h.Minute)):0.0}, {slots.Max(Own):0.00} %{Back(figure, slots, h => h.Minute, "1 min")} " +
                $"| {Lowests(blocks)}; {blocks.Max(Own):0.00} %{Back(figure, blocks, h => h.Hour, "1 h")} |");
        }
    }

    public static double BoundOf(IForeignLoad foreign) =>
        HindsightBound.Of([.. Enumerable.Range(0, 28 * 24 * 60).Select(minute => foreign.OverMinute(TimeSpan.FromMinutes(minute)))]);

    private static SimulationReport[] Run(FigureCase figure, CpuStrategy strategy, int seeds) =>
        [.. Enumerable.Range(1, seeds).Select(seed => figure.Run(strategy, seed))];

    private static double Own(SimulationReport report) => report.OwnFrom(14);

    private static IEnumerable<Evaluation> Later(SimulationReport report) =>
        report.Hours.Where(hour => hour.At >= SimulationOptions.Start + Week);

    private static double? Lowest(SimulationReport report, Func<Evaluation, double?> reading) => Later(report).Min(reading);

    private static string Lowests(SimulationReport[] reports) => string.Join(", ",
    [
        .. new Func<Evaluation, double?>[] { h => h.Minute, h => h.FiveMinutes, h => h.Hour }
            .Select(reading => $"{reports.Min(r => Lowest(r, reading)):0.0}"),
        $"{reports.Min(r => r.Days.Where(day => day.Day >= SimulationOptions.Start + Week).Min(day => day.P95)):0.0}",
    ]);

    // After a week or days that were lost: how long until the reading is back for good.
    private static string Back(FigureCase figure, SimulationReport[] reports, Func<Evaluation, double?> reading, string name)
    {
        var from = figure.Options.DaemonDown is [var down] ? down.At + down.For
            : figure.Options.History is not null ? TimeSpan.Zero
            : (TimeSpan?)null;
        if (from is not { } lost)
            return "";
        var back = reports.Max(report => report.Hours
            .Where(hour => hour.At > SimulationOptions.Start + lost && !(reading(hour) >= 20))
            .Select(hour => hour.At - SimulationOptions.Start - lost + TimeSpan.FromHours(1))
            .DefaultIfEmpty(TimeSpan.FromHours(1)).Max());
        return $"; 20 on {name} within {back.TotalHours:0} h";
    }
}
