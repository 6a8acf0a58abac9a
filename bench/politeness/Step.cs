using System.Diagnostics;

namespace LoadShaper.Politeness;

/// <summary>How soon LoadShaper is gone when real work takes every core, and how soon it is back when that ends.</summary>
internal static class Step
{
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(12);

    public static void Run(Options options)
    {
        Table.Head("Real work takes every core for 12 s", "", "time", "");
        var yields = new List<double>();
        var after = new List<double>();
        var back = new List<double>();
        for (var round = 0; round < options.Rounds; round++)
        {
            using var shaper = Shaper.Start(options, options.Target);
            if (!shaper.AwaitBurning(options.Target))
                Table.Note($"round {round + 1}: LoadShaper did not come to its target");
            var before = shaper.Process.Cpu;
            using (var work = Child.Role(null, "throughput", $"{Work.TotalSeconds}"))
            {
                // The runtime of the work itself takes a while to start.
                while (work.Cpu < TimeSpan.FromMilliseconds(150))
                    Thread.Sleep(1);
                yields.Add(Gone(shaper));
                var (cpu, watch) = (shaper.Process.Cpu, Stopwatch.StartNew());
                Thread.Sleep(5000);
                after.Add(100 * (shaper.Process.Cpu - cpu).TotalSeconds / watch.Elapsed.TotalSeconds);
                work.Figures();
            }

            back.Add(Back(shaper, options.Target));
        }

        Table.Single("until it uses less than 1 % of a core", Stats.Median(yields), "ms", "at most 200", Stats.Median(yields) <= 200);
        Table.Single("what it uses from then on, of a core", Stats.Median(after), "%", "at most 1", Stats.Median(after) <= 1);
        Table.Single("until it is back on target after the work ended", Stats.Median(back), "s", "at most 15", Stats.Median(back) <= 15);
    }

    // The end of the first 200 ms in which it used less than 1 % of a core, less these 200 ms.
    private static double Gone(Shaper shaper)
    {
        var watch = Stopwatch.StartNew();
        var seen = new List<(double At, TimeSpan Cpu)>();
        while (watch.Elapsed < Work)
        {
            var now = (At: watch.Elapsed.TotalMilliseconds, shaper.Process.Cpu);
            seen.Add(now);
            var start = seen.LastOrDefault(earlier => earlier.At <= now.At - 200);
            if (start.Cpu > TimeSpan.Zero && (now.Cpu - start.Cpu).TotalMilliseconds < 0.01 * (now.At - start.At))
                return start.At;
            Thread.Sleep(5);
        }

        return double.PositiveInfinity;
    }

    // The start of the first 5 s in which it used nine tenths of its target.
    private static double Back(Shaper shaper, double target)
    {
        var watch = Stopwatch.StartNew();
        var seen = new List<(double At, TimeSpan Cpu)>();
        while (watch.Elapsed < TimeSpan.FromMinutes(4))
        {
            var now = (At: watch.Elapsed.TotalSeconds, shaper.Process.Cpu);
            seen.Add(now);
            var start = seen.LastOrDefault(earlier => earlier.At <= now.At - 5);
            if (start.Cpu > TimeSpan.Zero
                && (now.Cpu - start.Cpu).TotalSeconds > 0.9 * target / 100 * Environment.ProcessorCount * (now.At - start.At))
                return start.At;
            Thread.Sleep(100);
        }

        return double.PositiveInfinity;
    }
}
