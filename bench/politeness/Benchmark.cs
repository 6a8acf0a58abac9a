using System.Diagnostics;
using System.Globalization;

namespace LoadShaper.Politeness;

/// <summary>Runs each part alone, with LoadShaper and with stress-ng in turn, several rounds, and prints the medians.</summary>
internal static class Benchmark
{
    private static readonly int Cores = Environment.ProcessorCount;
    private static readonly string? StressNg = new[] { "/usr/bin/stress-ng", "/usr/local/bin/stress-ng" }.FirstOrDefault(File.Exists);

    public static int Run(Options? options)
    {
        if (options is null)
        {
            Console.WriteLine(Options.Usage);
            return 64;
        }

        Describe(options);
        if (options.Parts.Contains("wakeups"))
            WakeUps(options, "Wake-up latency: a thread on each core that sleeps for 1 ms at a time", null, null, "at most 1.2", ratio => ratio <= 1.2);
        if (options.Parts.Contains("requests"))
            Requests(options);
        if (options.Parts.Contains("accuracy"))
            Accuracy.Run(options);
        if (options.Parts.Contains("idle"))
            Idle.Run(options);
        if (options.Parts.Contains("gc"))
            GarbageCollection(options);
        if (options.Parts.Contains("step"))
            Step.Brief(options);
        if (options.Parts.Contains("load"))
            Step.Long(options);
        if (options.Parts.Contains("throughput"))
            Throughput(options, "Foreground at full speed on every core, same session", null, null, "at least 0.99", ratio => ratio >= 0.99);
        if (options.Parts.Overlaps(["cgroup", "equal"]))
            Neighbours(options);
        return options.Parts.Contains("groups") ? Placements.Run(options) : 0;
    }

    private static void Describe(Options options)
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        Console.WriteLine($"# Politeness, {DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC");
        Console.WriteLine($"{Cores} CPUs, {model?.Split(':')[1].Trim() ?? "unknown CPU"}, Linux {Environment.OSVersion.Version}, .NET {Environment.Version}");
        Console.WriteLine($"under test: {options.Daemon ?? "the workers, sampler and policies in a host of the benchmark"}; target {options.Target} %, {options.Rounds} rounds of {options.Seconds} s");
        Console.WriteLine($"load average before: {File.ReadAllText("/proc/loadavg").Trim()}");
        if (StressNg is null)
            Console.WriteLine("stress-ng is not installed, its columns stay empty: apt-get install stress-ng");
    }

    private static void WakeUps(Options options, string title, string? foreground, string? background, string limit, Func<double, bool> good)
    {
        Table.Head(title, "alone us", "with us", "stress-ng us");
        var p50 = new List<Round>();
        var p99 = new List<Round>();
        Alternate(options, foreground, background, awaitBurning: true, () =>
        {
            using var child = Child.Role(foreground, "wakeups", Text(options.Seconds));
            return child.Figures();
        }, (figures, into) =>
        {
            into(p50, Number(figures["p50"]));
            into(p99, Number(figures["p99"]));
        });
        Table.Compare("p50", Cells(p50), "", _ => true);
        Table.Compare("p99", Cells(p99), limit, good);
    }

    private static void Requests(Options options)
    {
        double work;
        using (var calibrate = Child.Role(null, "calibrate"))
            work = calibrate.Figure("work");
        Table.Head("Requests of 5 ms that load each core by 15 %", "alone ms", "with ms", "stress-ng ms");
        var p50 = new List<Round>();
        var p99 = new List<Round>();
        Alternate(options, null, null, awaitBurning: true, () =>
        {
            using var child = Child.Role(null, "requests", Text(options.Seconds), Text(work));
            return child.Figures();
        }, (figures, into) =>
        {
            into(p50, Number(figures["p50"]));
            into(p99, Number(figures["p99"]));
        });
        Table.Compare("p50", Cells(p50), "", _ => true);
        Table.Compare("p99", Cells(p99), "at most 1.2", ratio => ratio <= 1.2);
    }

    private static void Throughput(Options options, string title, string? foreground, string? background, string limit, Func<double, bool> good)
    {
        Table.Head(title, "alone /s", "with /s", "stress-ng /s");
        var rates = new List<Round>();
        Alternate(options, foreground, background, awaitBurning: false, () =>
        {
            using var child = Child.Role(foreground, "throughput", Text(options.Seconds));
            return child.Figures();
        }, (figures, into) => into(rates, Number(figures["rate"])));
        Table.Compare("rounds of work a second", Cells(rates), limit, good);
    }

    private static void Neighbours(Options options)
    {
        using var groups = CpuGroups.Create();
        if (groups is null)
        {
            Console.WriteLine("\n## Neighbouring control groups: not measured, the hierarchy of the CPU controller is not writable here");
            return;
        }

        if (options.Parts.Contains("cgroup"))
        {
            Throughput(options, $"Foreground in a group of default weight, LoadShaper in a neighbouring one of the lowest ({groups.Kind}, shares 2 or weight 1)",
                groups.Default, groups.Lowest, "at least 0.94", ratio => ratio >= 0.94);
            WakeUps(options, "Wake-up latency there", groups.Default, groups.Lowest, "", _ => true);
        }

        if (!options.Parts.Contains("equal"))
            return;
        Throughput(options, $"Foreground at full speed, LoadShaper in a neighbouring group of default weight, as without our deployment files ({groups.Kind})",
            groups.Default, groups.Other, "", _ => true);
        Throughput(options, $"The same with LoadShaper in a group of the lowest weight inside one of default weight, as a service beside a login ({groups.Kind})",
            groups.Default, groups.LowestInside, "", _ => true);
    }

    private static void GarbageCollection(Options options)
    {
        Table.Head("Forced gen-0 collections while every burning thread is starved", "", "pause", "");
        using var hog = Child.Role(null, "throughput", "60").Drained();
        using var starved = Child.Role(null, "starve");
        var figures = starved.Figures();
        Table.Single("p50", Number(figures["p50"]), "ms", "", true);
        Table.Single("p99", Number(figures["p99"]), "ms", "at most 5", Number(figures["p99"]) <= 5);
        Table.Single("longest", Number(figures["max"]), "ms", "", true);
        Table.Note($"the burning threads ran {figures["ran"]} s and waited {figures["waited"]} s meanwhile");
    }

    /// <summary>Alone, with LoadShaper and with stress-ng, round after round.</summary>
    private static void Alternate(
        Options options, string? foreground, string? background, bool awaitBurning,
        Func<Dictionary<string, string>> measure, Action<Dictionary<string, string>, Action<List<Round>, double>> record)
    {
        for (var round = 0; round < options.Rounds; round++)
        {
            Others.AwaitQuiet();
            record(Watched(measure, () => TimeSpan.Zero).Figures, (into, value) => into.Add(new Round(value)));

            using (var shaper = Shaper.Start(options, options.Target, background))
            {
                if (awaitBurning && !shaper.AwaitBurning(options.Target))
                    Table.Note($"round {round + 1}: LoadShaper did not come to its target: {shaper.Process.LastLine}");
                else if (!awaitBurning)
                    Thread.Sleep(TimeSpan.FromSeconds(12));
                var (figures, own) = Watched(measure, () => shaper.Process.Cpu);
                record(figures, (into, value) => into[^1] = into[^1] with { With = value, Own = own });
            }

            using var stress = Stress(options, background);
            if (stress is null)
                continue;
            Thread.Sleep(2000);
            var (under, its) = Watched(measure, () => stress.CpuWithChildren);
            record(under, (into, value) => into[^1] = into[^1] with { Stress = value, StressOwn = its });
        }
    }

    // With the share of all CPUs that another process uses meanwhile. Measured again where the rest of the machine was not quiet.
    private static (Dictionary<string, string> Figures, double Percent) Watched(Func<Dictionary<string, string>> measure, Func<TimeSpan> cpu)
    {
        for (var again = 0; ; again++)
        {
            var (before, ticks, watch) = (cpu(), Others.Ticks(), Stopwatch.StartNew());
            var figures = measure();
            var all = watch.Elapsed.TotalSeconds * Cores / 100;
            var percent = (cpu() - before).TotalSeconds / all;
            var others = Others.BusySince(ticks) - percent - Number(figures["cpu"]) / all;
            if (others <= Others.Quiet)
                return (figures, percent);
            Table.Note($"the rest of the machine used {others:0} % meanwhile{(again < 3 ? ", measured again" : "")}");
            if (again == 3)
                return (figures, percent);
        }
    }

    private static Child? Stress(Options options, string? group = null) =>
        StressNg is null
            ? null
            : Child.Start(group, "nice", ["-n", "19", StressNg, "--quiet", "--cpu", Text(Cores), "--cpu-load", Text(options.Target)]).Drained();

    private static Cells Cells(List<Round> rounds) => new(
        Stats.Median(rounds.Select(round => round.Alone).ToArray()),
        Stats.Median(rounds.Select(round => round.With).ToArray()),
        Stats.Median(rounds.Select(round => round.Stress).ToArray()),
        Stats.Median(rounds.Select(round => round.Own).ToArray()),
        Stats.Median(rounds.Select(round => round.StressOwn).ToArray()));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record Round(double Alone, double With = double.NaN, double Stress = double.NaN, double Own = double.NaN, double StressOwn = double.NaN);
}
