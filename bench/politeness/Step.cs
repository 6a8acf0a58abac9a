using System.Diagnostics;
using System.Globalization;

namespace LoadShaper.Politeness;

/// <summary>How soon LoadShaper is gone when real work takes every core, and how soon it is back when that ends.</summary>
internal static class Step
{
    /// <summary>Too short for the load average to ask for rest.</summary>
    public static void Brief(Options options) => Run(options, TimeSpan.FromSeconds(12), 15);

    /// <summary>Long enough for the load average to come over LOAD_THRESHOLD.</summary>
    public static void Long(Options options) => Run(options, TimeSpan.FromSeconds(75), 75);

    private static void Run(Options options, TimeSpan work, double mostSeconds)
    {
        Table.Head($"Real work takes every core for {work.TotalSeconds} s", "", "time", "");
        var yields = new List<double>();
        var after = new List<double>();
        var burnt = new List<double>();
        var back = new List<double>();
        var load = new List<double>();
        for (var round = 0; round < options.Rounds; round++)
        {
            AwaitLittleLoad();
            Others.AwaitQuiet();
            using var shaper = Shaper.Start(options, options.Target, loadCheck: true);
            if (!shaper.AwaitBurning(options.Target))
                Table.Note($"round {round + 1}: LoadShaper did not come to its target: {shaper.Process.LastLine}");
            using (var foreground = Child.Role(null, "throughput", $"{work.TotalSeconds}"))
            {
                // The runtime of the work itself takes a while to start.
                while (foreground.Cpu < TimeSpan.FromMilliseconds(150))
                    Thread.Sleep(1);
                yields.Add(Gone(shaper, work));
                var (cpu, burning, watch) = (shaper.Process.Cpu, shaper.Process.Burnt, Stopwatch.StartNew());
                Thread.Sleep(5000);
                burnt.Add(100 * (shaper.Process.Burnt - burning).TotalSeconds / watch.Elapsed.TotalSeconds);
                after.Add(100 * (shaper.Process.Cpu - cpu).TotalSeconds / watch.Elapsed.TotalSeconds);
                foreground.Figures();
            }

            load.Add(LoadPerCore());
            var gate = shaper.Process.Gate;
            var (ticks, own, since) = (Others.Ticks(), shaper.Process.Cpu, Stopwatch.StartNew());
            back.Add(Back(shaper, options.Target));
            Table.Note($"round {round + 1}: gone after {yields[^1]:0} ms, back after {back[^1]:0.0} s, load {load[^1]:0.00} per core, {gate ?? "gate open"} when the work ended");
            var others = Others.BusySince(ticks) - 100 * (shaper.Process.Cpu - own).TotalSeconds / since.Elapsed.TotalSeconds / Environment.ProcessorCount;
            if (others > Others.Quiet)
                Table.Note($"round {round + 1}: the rest of the machine used {others:0} % when it came back");
        }

        Table.Single("until it uses less than 1 % of a core", Stats.Median(yields), "ms", "at most 200", Stats.Median(yields) <= 200);
        Table.Single("what it uses in the 5 s from then on, of a core", Stats.Median(after), "%", "at most 1", Stats.Median(after) <= 1);
        Table.Single("  of that its burning threads", Stats.Median(burnt), "%", "", true);
        Table.Single("load average per core when the work ended", Stats.Median(load), "", "", true);
        Table.Single("until it is back on target after the work ended", Stats.Median(back), "s", $"at most {mostSeconds}", Stats.Median(back) <= mostSeconds);
    }

    // What was there before would close the gate by the load average.
    private static void AwaitLittleLoad()
    {
        for (var watch = Stopwatch.StartNew(); LoadPerCore() > 0.2 && watch.Elapsed < TimeSpan.FromMinutes(2);)
            Thread.Sleep(1000);
    }

    private static double LoadPerCore() =>
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) / Environment.ProcessorCount;

    // The end of the first 200 ms in which it used less than 1 % of a core, less these 200 ms.
    private static double Gone(Shaper shaper, TimeSpan work)
    {
        var watch = Stopwatch.StartNew();
        var seen = new List<(double At, TimeSpan Cpu)>();
        while (watch.Elapsed < work)
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
