using System.Diagnostics;
using System.Globalization;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Journal;

namespace LoadShaper.JournalYear;

/// <summary>What `loadshaper replay` takes on a journal, in a process of its own.</summary>
internal static class Measure
{
    public static int Run(string directory)
    {
        var path = Path.Combine(directory, "journal.db");
        using (var connection = SqliteFile.Open(path, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly))
            Console.WriteLine(
                $"{SqliteFile.Scalar(connection, "SELECT count(*) FROM journal")} events, {new FileInfo(path).Length / 1e6:0.0} MB; "
                + $"a slot-decided has {SqliteFile.Scalar(connection, "SELECT round(avg(length(message)), 1) FROM journal WHERE manifest LIKE 'slot-decided.%'")} bytes of JSON");
        Time("replay --verify", directory, "--verify");
        Time("replay", directory);
        Time("replay --csv", directory, "--csv");
        Time("replay --html", directory, "--html", Path.Combine(directory, "year.html"));
        return 0;
    }

    private static void Time(string name, string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])[typeof(DataDirectory).Assembly.Location, "replay", "--data-dir", directory, .. arguments])
            start.ArgumentList.Add(argument);
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var lines = 0;
        var last = "";
        var peak = 0L;
        using var poll = new Timer(_ => peak = Math.Max(peak, Peak(process.Id)), null, 0, 50);
        while (process.StandardOutput.ReadLine() is { } line)
        {
            lines++;
            last = line;
        }

        process.WaitForExit();
        Console.WriteLine($"{name,-16} {watch.Elapsed.TotalSeconds,6:0.0} s  {peak / 1024.0,6:0} MiB  exit {process.ExitCode}  {lines} lines, the last: {(last.Length > 80 ? last[..80] : last)}");
    }

    private static long Peak(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
