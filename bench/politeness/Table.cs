using System.Globalization;

namespace LoadShaper.Politeness;

/// <summary>Rows of figures, printed as they come.</summary>
internal static class Table
{
    private const string Row = "| {0,-52} | {1,12} | {2,12} | {3,12} | {4,9} | {5,9} | {6,8} | {7,8} | {8,-16} |";

    public static void Head(string title, string first, string second, string third)
    {
        Console.WriteLine();
        Console.WriteLine($"## {title}");
        Console.WriteLine(Row, "median of the rounds", first, second, third, "ratio", "ratio", "own CPU", "its CPU", "limit");
        Console.WriteLine(Row, "---", "---", "---", "---", "---", "---", "---", "---", "---");
    }

    /// <summary>Alone, with LoadShaper, with stress-ng; ratios to alone; what LoadShaper and what stress-ng used of all CPUs meanwhile.</summary>
    public static void Compare(string name, Cells cells, string limit, Func<double, bool> good)
    {
        var ratio = cells.With / cells.Alone;
        Console.WriteLine(Row, name, Text(cells.Alone), Text(cells.With), Text(cells.Stress), Text(ratio), Text(cells.Stress / cells.Alone),
            $"{Text(cells.Own)} %", $"{Text(cells.StressOwn)} %", Judged(limit, good(ratio)));
    }

    /// <summary>One figure and its limit.</summary>
    public static void Single(string name, double value, string unit, string limit, bool good) =>
        Console.WriteLine(Row, name, "", $"{Text(value)} {unit}", "", "", "", "", "", Judged(limit, good));

    public static void Note(string text) => Console.WriteLine($"  {text}");

    private static string Judged(string limit, bool good) => limit.Length == 0 ? "" : $"{limit} {(good ? "ok" : "OVER")}";

    private static string Text(double value) =>
        double.IsNaN(value) ? "-" : value.ToString(Math.Abs(value) >= 1000 ? "0" : "0.###", CultureInfo.InvariantCulture);
}

/// <summary>Medians of one measure in the three situations.</summary>
internal sealed record Cells(double Alone, double With, double Stress, double Own, double StressOwn);
