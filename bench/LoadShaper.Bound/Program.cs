using System.Globalization;
using LoadShaper.Bound;
using LoadShaper.Domain.Cpu;
using LoadShaper.Simulation;

// The table of figures of the control law, and the cheapest own load with hindsight beside it.
//   dotnet run -c Release --project bench/LoadShaper.Bound [-- SEEDS]     every row; worst of so many seeds (3)
//   dotnet run -c Release --project bench/LoadShaper.Bound -- FILE.csv    the bound of one trace, repeated to 28 days
//   dotnet run -c Release --project bench/LoadShaper.Bound -- readings "ROW" slots|blocks SEED [RESERVE_HOURS]
//                                                                         every minute of one row as CSV, with its readings
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case []:
        FigureTable.Write(Console.Out, seeds: 3);
        return 0;
    case ["readings", var row, "slots" or "blocks", var seed, .. { Length: <= 1 } rest]
        when int.TryParse(seed, CultureInfo.InvariantCulture, out var number) && rest.All(hours => int.TryParse(hours, CultureInfo.InvariantCulture, out _)):
        try
        {
            using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16);
            ReadingsCsv.Write(
                output, row, args[2] == "slots" ? CpuStrategy.Slots : CpuStrategy.Blocks, number,
                rest is [var reserve] ? int.Parse(reserve, CultureInfo.InvariantCulture) : null);
            return 0;
        }
        catch (PatternException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }

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
        Console.Error.WriteLine("usage: LoadShaper.Bound [SEEDS | FILE.csv | readings ROW slots|blocks SEED [RESERVE_HOURS]]");
        return 2;
}
