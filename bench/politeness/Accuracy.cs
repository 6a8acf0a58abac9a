using System.Globalization;

namespace LoadShaper.Politeness;

/// <summary>Means of whole UTC minutes against the larger of target and foreign load; always of the stand-in.</summary>
internal static class Accuracy
{
    public static void Run(Options options)
    {
        Table.Head("Means of whole minutes, percent of all CPUs", "aimed at", "worst error", "own CPU");
        foreach (var foreign in new[] { 0.0, 10, 30 })
        foreach (var target in new[] { 20.0, 25, 35 })
            Cell(options, target, foreign);
    }

    private static void Cell(Options options, double target, double foreign)
    {
        var length = (options.Minutes + 2) * 60 + 10;
        using var others = foreign > 0
            ? Child.Role(null, "pulse", foreign.ToString(CultureInfo.InvariantCulture), length.ToString(CultureInfo.InvariantCulture)).Drained()
            : null;
        using var shaper = Shaper.StartStandIn(target);

        // The minute in which it starts does not count.
        AwaitMinute();
        var worst = 0.0;
        var own = new List<double>();
        var foreignSeen = new List<double>();
        for (var minute = 0; minute <= options.Minutes; minute++)
        {
            var before = (Ticks(), shaper.Process.Cpu);
            AwaitMinute();
            var after = (Ticks(), shaper.Process.Cpu);
            if (minute == 0)
                continue;
            var all = after.Item1.All - before.Item1.All;
            var busy = 100.0 * (after.Item1.Busy - before.Item1.Busy) / all;
            own.Add(100 * (after.Cpu - before.Cpu).TotalSeconds / 60 / Environment.ProcessorCount);
            foreignSeen.Add(busy - own[^1]);
            var error = busy - Math.Max(target, busy - own[^1]);
            worst = Math.Abs(error) > Math.Abs(worst) ? error : worst;
        }

        Table.Single($"target {target} %, foreign {foreign} % (seen {Stats.Median(foreignSeen):0.0}), own {Stats.Median(own):0.00} %", worst, "points", "within 0.5", Math.Abs(worst) <= 0.5);
    }

    private static void AwaitMinute()
    {
        var now = DateTimeOffset.UtcNow;
        Thread.Sleep(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(now.Ticks % TimeSpan.TicksPerMinute));
    }

    // user + nice + system + irq + softirq + steal, as Oracle counts.
    private static (long Busy, long All) Ticks()
    {
        var columns = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(long.Parse).ToArray();
        return (columns.Sum() - columns[3] - columns[4], columns.Sum());
    }
}
