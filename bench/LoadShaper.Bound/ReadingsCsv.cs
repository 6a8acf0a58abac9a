using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Simulation;

namespace LoadShaper.Bound;

/// <summary>
/// A run minute by minute with the readings of LoadShaper after each minute, for a check by another program:
/// bench/reserve/check.py.
/// </summary>
internal static class ReadingsCsv
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <param name="name">A row of <see cref="FigureCases"/>.</param>
    /// <param name="reserve">CPU_P95_RESERVE_HOURS; null for the default.</param>
    /// <exception cref="PatternException">There is no such row.</exception>
    public static void Write(TextWriter to, string name, CpuStrategy strategy, int seed, int? reserve)
    {
        var cases = FigureCases.All(Path.Combine(AppContext.BaseDirectory, "traces")).ToList();
        var figure = cases.Find(f => f.Name == name)
            ?? throw new PatternException($"'{name}' is not a foreign load: write one of {string.Join("; ", cases.Select(f => f.Name))}");
        var options = figure.Options;
        if (reserve is { } hours)
            options = options with { Settings = options.Settings with { Cpu = options.Settings.Cpu with { ReserveHours = hours } } };
        var report = (figure with { Options = options }).Run(strategy, seed);
        var readings = new CpuReadings(report.Rule);
        to.Write("minute,own,total,p95_1m,p95_5m,p95_1h,reserve_hours\n");
        foreach (var row in report.Rows)
        {
            if (row.Total is { } total)
                readings.Add(new MinuteMean(row.Minute, Minute, total, total, row.Own!.Value));
            else
                readings.AdvanceTo(row.Minute + Minute);
            var figures = readings.Busy;
            to.Write($"{row.Minute:yyyy-MM-dd'T'HH:mm:ss'Z'},{row.Own:0.000000000},{row.Total:0.000000000},{figures.Minute:0.00},{figures.FiveMinutes:0.00},{figures.Hour:0.00},{readings.ReserveHours}\n");
        }
    }
}
