using System.Globalization;
using LoadShaper.JournalYear;

// A long journal, written by the daemon's own serializer through Akka's journal, and how it replays.
return args switch
{
    ["make", var directory] => await Make(directory, 365),
    ["make", var directory, var days] when int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var count) => await Make(directory, count),
    ["measure", var directory] => Measure.Run(directory, null),
    ["measure", var directory, var program] => Measure.Run(directory, program),
    _ => Usage(),
};

static async Task<int> Make(string directory, int days)
{
    Directory.CreateDirectory(directory);
    await YearWriter.WriteAsync(Path.Combine(directory, "journal.db"), days);
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("journal-year make DIR [DAYS]   write journal.db of so many simulated days (365) into an empty directory");
    Console.Error.WriteLine("journal-year measure DIR [loadshaper.dll]   time and memory of `loadshaper replay` on it against the targets, median of 3; exit 1 where one is missed");
    return 2;
}
