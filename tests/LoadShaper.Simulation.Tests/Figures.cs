using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Platform;
using Xunit;

namespace LoadShaper.Simulation.Tests;

/// <summary>Runs a row of the table of figures and asks of it what the table promises.</summary>
internal static class Figures
{
    public static readonly string Traces = Path.Combine(AppContext.BaseDirectory, "traces");

    public static readonly string[] TraceNames =
        [.. Directory.EnumerateFiles(Traces, "*.csv").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    private static readonly Dictionary<string, FigureCase> Cases = FigureCases.All(Traces).ToDictionary(c => c.Name, StringComparer.Ordinal);

    public static SimulationReport Run(string name, CpuStrategy strategy, int seed, ShapeFamily family = ShapeFamily.E2, IForeignLoad? foreign = null)
    {
        var figure = Cases[name];
        return (figure with { Options = figure.Options with { Family = family, Foreign = foreign ?? figure.Options.Foreign } }).Run(strategy, seed);
    }

    public static double BoundOf(string name)
    {
        var options = Cases[name].Options;
        return HindsightBound.Of([.. Enumerable.Range(0, options.Days * 24 * 60).Select(minute => options.Foreign.OverMinute(TimeSpan.FromMinutes(minute)))]);
    }

    public static IEnumerable<Evaluation> From(this SimulationReport report, double day) =>
        report.Hours.Where(hour => hour.At >= SimulationOptions.Start.AddDays(day));

    public static void NeverUnder20OnTheMinute(this IEnumerable<Evaluation> hours) =>
        Assert.All(hours, hour => Assert.True(hour.Minute >= 20, $"{hour}"));

    public static void NeverUnder20(this IEnumerable<Evaluation> hours) =>
        Assert.All(hours, hour => Assert.True(hour is { Minute: >= 20, FiveMinutes: >= 20, Hour: >= 20 }, $"{hour}"));

    /// <summary>Days of which less than half was seen are absent.</summary>
    public static void NoDayUnder20(this SimulationReport report, double from, double to = double.MaxValue) =>
        Assert.All(
            report.Days.Where(day => (day.Day - SimulationOptions.Start).TotalDays is var d && d >= from && d < to),
            day => Assert.True(day.P95 is null or >= 20, $"{day}"));

    public static double OwnLater(this SimulationReport report) => report.OwnFrom(14);
}
