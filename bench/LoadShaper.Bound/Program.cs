using System.Globalization;
using LoadShaper.Bound;
using LoadShaper.Simulation;

// The table of figures of the control law, and the cheapest own load with hindsight beside it.
//   dotnet run -c Release --project bench/LoadShaper.Bound [-- SEEDS]     every row; worst of so many seeds (3)
//   dotnet run -c Release --project bench/LoadShaper.Bound -- FILE.csv    the bound of one trace, repeated to 28 days
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case []:
        FigureTable.Write(Console.Out, seeds: 3);
        return 0;
    case [var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seeds) && seeds > 0:
        FigureTable.Write(Console.Out, seeds);
        return 0;
    case [var file] when file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase):
        try
        {
            Console.WriteLine($"{FigureTable.BoundOf(TraceFile.Read(file)):0.000} %");
            return 0;
        }
        catch (PatternException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }

    default:
        Console.Error.WriteLine("usage: LoadShaper.Bound [SEEDS | FILE.csv]");
        return 2;
}
