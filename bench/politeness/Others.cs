using System.Diagnostics;

namespace LoadShaper.Politeness;

/// <summary>What the rest of the machine does meanwhile: a figure that was taken beside it says little.</summary>
internal static class Others
{
    /// <summary>Percent of all CPUs that the kernel itself and a quiet machine may use.</summary>
    public const double Quiet = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Waits until the machine is quiet, up to a limit.</summary>
    public static void AwaitQuiet()
    {
        var watch = Stopwatch.StartNew();
        double busy;
        do
        {
            var before = Ticks();
            Thread.Sleep(2000);
            busy = BusySince(before);
        }
        while (busy > Quiet && watch.Elapsed < Patience);
        if (busy > Quiet)
            Table.Note($"the machine is not left alone: {busy:0} % busy");
    }

    /// <summary>user + nice + system + irq + softirq + steal, as Oracle counts, and all ticks.</summary>
    public static (long Busy, long All) Ticks()
    {
        var columns = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(long.Parse).ToArray();
        return (columns.Sum() - columns[3] - columns[4], columns.Sum());
    }

    /// <summary>Percent of all CPUs.</summary>
    public static double BusySince((long Busy, long All) before)
    {
        var now = Ticks();
        return 100.0 * (now.Busy - before.Busy) / Math.Max(1, now.All - before.All);
    }
}
