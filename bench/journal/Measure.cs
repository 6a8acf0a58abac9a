using System.Diagnostics;
using System.Globalization;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Journal;

namespace LoadShaper.JournalYear;

/// <summary>Time and memory of `loadshaper replay` on a journal, each in a process of its own, against the targets for a year.</summary>
internal static class Measure
{
    private const int Runs = 3;

    private sealed record Case(string Name, string[] Arguments, double? Seconds = null, double? Megabytes = null);

    private sealed record Figures(double Seconds, double Megabytes, int ExitCode);

    /// <param name="program">The published loadshaper.dll; null takes the one that was built with this bench, not compiled ahead.</param>
    /// <returns>0 when every target is met.</returns>
    public static int Run(string directory, string? program)
    {
        var path = Path.Combine(directory, "journal.db");
        using (var connection = SqliteFile.Open(path, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly))
            Console.WriteLine(
                $"{SqliteFile.Scalar(connection, "SELECT count(*) FROM journal")} events, {new FileInfo(path).Length / 1e6:0.0} MB; "
                + $"a slot-decided has {SqliteFile.Scalar(connection, "SELECT round(avg(length(message)), 1) FROM journal WHERE manifest LIKE 'slot-decided.%'")} bytes of JSON");
        var page = Path.Combine(directory, "page.html");
        Case[] cases =
        [
            new("--from 1d", ["--from", "1d"], 0.6),
            new("--explain 1h", ["--explain", "1h"], 0.6),
            new("--explain 180d", ["--explain", "180d"], 0.6),
            new("--from 1d --html", ["--from", "1d", "--html", page], 1.0),
            new("--from 30d --html", ["--from", "30d", "--html", page], 2.5),
            new("--from 30d --what-if", ["--from", "30d", "--what-if", "CPU_P95_STRATEGY=blocks"], 3, 120),
            new("--what-if", ["--what-if", "CPU_P95_STRATEGY=blocks"], 10, 160),
            new("--verify", ["--verify"], 4),
            new("(timeline)", []),
            new("--csv", ["--csv"]),
            new("--html", ["--html", page]),
        ];
        var met = true;
        Console.WriteLine($"{"replay",-22}{"time",9}{"target",9}{"memory",10}{"target",9}   median of {Runs}");
        foreach (var measured in cases)
        {
            var runs = Enumerable.Range(0, Runs).Select(_ => Time(program ?? typeof(DataDirectory).Assembly.Location, directory, measured.Arguments)).ToArray();
            var seconds = runs.Select(run => run.Seconds).Order().ElementAt(Runs / 2);
            var megabytes = runs.Max(run => run.Megabytes);
            var good = runs.All(run => run.ExitCode == 0) && !(seconds > measured.Seconds) && !(megabytes > measured.Megabytes);
            met &= good;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{measured.Name,-22}{seconds,7:0.00} s{measured.Seconds,7:0.0} s{megabytes,7:0} MB{measured.Megabytes,6} MB   {(good ? "ok" : "MISSED")}"));
        }

        return met ? 0 : 1;
    }

    private static Figures Time(string program, string directory, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[program, "replay", "--data-dir", directory, .. arguments])
            start.ArgumentList.Add(argument);
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var peak = 0L;
        using (new Timer(_ => peak = Math.Max(peak, Peak(process.Id)), null, 0, 20))
        {
            while (process.StandardOutput.ReadLine() is not null)
            {
            }

            process.WaitForExit();
        }

        return new Figures(watch.Elapsed.TotalSeconds, peak * 1024 / 1e6, process.ExitCode);
    }

    // Kilobytes; the kernel keeps the highest.
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
