using System.Globalization;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Simulation;
using Spectre.Console;

namespace LoadShaper.Cli.Simulate;

/// <summary>A run as a table and a chart, the same on a terminal, in a file and in a test.</summary>
internal static class SimulationText
{
    private const int Width = 100;
    private const int ChartHeight = 4;
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Render(SimulationOptions options, SimulationReport report, SimulatedShape shape)
    {
        using var text = new StringWriter(Culture) { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = Width;

        var summary = SimulationSummary.Of(report);
        text.WriteLine($"{options.Days} {(options.Days == 1 ? "day" : "days")}, strategy {options.Settings.Cpu.Strategy.ToString().ToLowerInvariant()}, seed {options.Seed}; readings from {summary.From:yyyy-MM-dd HH:mm} UTC");
        if (ProtectedBy(summary) is { } metric)
            text.WriteLine($"protected by {metric}: the figures of the CPU do not decide the verdict");
        if (shape.NotModelled is { } missing)
            text.WriteLine($"not modelled: {missing}");
        console.Write(Table(summary));
        text.WriteLine(Line(summary));
        text.WriteLine(ReserveText(summary.Reserve));
        if (summary.Verdict is { } verdict)
            text.WriteLine(VerdictText(verdict, report.Rule));
        text.WriteLine();
        text.Write(Chart(report));
        return string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd()));
    }

    private static Table Table(SimulationSummary summary)
    {
        var table = new Table { Border = TableBorder.Ascii2 };
        // Hours under the threshold are no danger where another metric protects.
        var counts = ProtectedBy(summary) is null;
        string[] heads = ["observed P95 of 7 days", "min", "mean", "max", "sd", .. counts ? ["hours under 20"] : Array.Empty<string>()];
        foreach (var head in heads)
            table.AddColumn(new TableColumn(head) { Alignment = head == heads[0] ? Justify.Left : Justify.Right });
        foreach (var line in summary.Readings)
        {
            string[] cells = [line.Name == "day" ? "each UTC day" : line.Name, Number(line.Min), Number(line.Mean), Number(line.Max), Number(line.Deviation)];
            table.AddRow(counts ? [.. cells, line.HoursUnder.ToString(Culture)] : cells);
        }

        return table;
    }

    // Null where the CPU has to protect the machine.
    private static string? ProtectedBy(SimulationSummary summary) => summary.Verdict?.SavedBy is { } metric and not IdleMetric.Cpu ? metric.ToString().ToLowerInvariant() : null;

    private static string Line(SimulationSummary summary) => string.Create(Culture,
        $"own CPU {summary.Own:0.00} % (second half {summary.OwnLater:0.00} %), {summary.Transitions} transitions");

    private static string ReserveText(ReserveLine reserve) => string.Create(Culture,
        $"reserve of the CPU readings if LoadShaper stopped: at least {Hours(reserve.Min)}, mean {reserve.Mean:0.0} h, at the end {Hours(reserve.Last)}");

    private static string Hours(int? hours) => string.Create(Culture, $"{hours ?? 0} h");

    private static string VerdictText(Verdict verdict, IdleRule rule)
    {
        var text = $"verdict {VerdictFormatter.Of(verdict.Kind)}";
        if (verdict.SavedBy is { } metric)
            text += string.Create(Culture, $": saved by {metric.ToString().ToLowerInvariant()}, {verdict.Margin:0.00} points above {rule.Threshold:0.##} %");
        if (verdict is { MinutesNeeded: > 0, SavedBy: null or IdleMetric.Cpu })
            text += string.Create(Culture, $"; {verdict.MinutesNeeded} more minutes needed");
        if (verdict.Missing > TimeSpan.Zero)
            text += string.Create(Culture, $"; {verdict.Missing.TotalHours:0.#} h of the week not seen");
        if (verdict.TurnsAt is { } turns)
            text += string.Create(Culture, $"; would turn {turns:yyyy-MM-dd HH:mm} UTC if LoadShaper stopped now");
        return text;
    }

    private static string Chart(SimulationReport report)
    {
        var hours = report.Rows.Chunk(60).Select(hour => (
            Total: hour.Average(row => row.Total),
            Own: hour.Average(row => row.Own))).ToArray();
        var columns = Math.Min(Width - 8, hours.Length);
        var p95 = Columns(columns, report.Hours.Select(hour => hour.Minute).ToArray(), values => values.Min());
        var total = Columns(columns, hours.Select(hour => hour.Total).ToArray(), values => values.Average());
        var own = Columns(columns, hours.Select(hour => hour.Own).ToArray(), values => values.Average());
        return Bars("observed P95 of 7 days, 1 min", p95) + Bars("total CPU", total) + Bars("own CPU", own);
    }

    private static double?[] Columns(int count, double?[] values, Func<IEnumerable<double?>, double?> of)
    {
        var columns = new double?[count];
        for (var i = 0; i < count; i++)
            columns[i] = of(values[(i * values.Length / count)..Math.Max(i * values.Length / count + 1, (i + 1) * values.Length / count)]);
        return columns;
    }

    private static string Bars(string name, double?[] values)
    {
        const string eighths = " ▁▂▃▄▅▆▇█";
        var top = Math.Max(1, Math.Ceiling((values.Max() ?? 0) / 10) * 10);
        var text = new System.Text.StringBuilder(name + " %\n");
        for (var row = ChartHeight - 1; row >= 0; row--)
        {
            var label = row == ChartHeight - 1 ? top.ToString("0", Culture) : row == 0 ? "0" : "";
            text.Append(label.PadLeft(5)).Append(" |");
            foreach (var value in values)
            {
                var fill = (value ?? 0) / top * (ChartHeight) - row;
                text.Append(eighths[Math.Clamp((int)Math.Round(fill * 8), 0, 8)]);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Number(double? value) => value is { } v ? v.ToString("0.00", Culture) : "-";
}
