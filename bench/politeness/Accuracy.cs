using System.Globalization;

namespace LoadShaper.Politeness;

/// <summary>Means of whole UTC minutes against the larger of target and foreign load; always of the burning threads at fixed levels.</summary>
internal static class Accuracy
{
    private static readonly double[] Targets = [20, 25, 35];

    public static void Run(Options options)
    {
        Table.Head("Means of whole minutes, percent of all CPUs", "", "worst error", "");
        foreach (var foreign in options.Foreign)
            Beside(options, foreign);
    }

    // One process for all targets: it changes its aim at the edge of a minute, as the daemon does with a new slot.
    private static void Beside(Options options, double foreign)
    {
        Others.AwaitQuiet();
        var length = (Targets.Length * options.Minutes + 2) * 60 + 10;
        using var others = foreign > 0
            ? Child.Role(null, "pulse", foreign.ToString(CultureInfo.InvariantCulture), length.ToString(CultureInfo.InvariantCulture)).Drained()
            : null;

        // The minute of the start does not count, and the next one is left to the compilation of the runtime.
        var first = DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 60 + 2;
        using var shaper = Shaper.StartFixedLevels(Targets, first, options.Minutes);
        AwaitMinute(first);
        foreach (var target in Targets)
        {
            var seen = new List<Minute>();
            for (var i = 0; i < options.Minutes; i++)
                seen.Add(Watch(shaper, ++first));
            Print(target, foreign, seen);
        }
    }

    private static void Print(double target, double foreign, List<Minute> seen)
    {
        var worst = seen.MaxBy(minute => Math.Abs(minute.Error(target)))!.Error(target);
        var own = Stats.Median(seen.Select(minute => minute.Own).ToArray());
        var others = Stats.Median(seen.Select(minute => minute.Foreign).ToArray());
        Table.Single(string.Create(CultureInfo.InvariantCulture, $"target {target} %, foreign {foreign} % (seen {others:0.0}), own {own:0.00} %"),
            worst, "points", "within 0.5", Math.Abs(worst) <= 0.5);
        if (foreign > target)
            Table.Single("  own CPU, foreign above the target", own, "%", "under 0.1", own < 0.1);
    }

    private static Minute Watch(Shaper shaper, long until)
    {
        var (ticks, cpu) = (Others.Ticks(), shaper.Process.Cpu);
        AwaitMinute(until);
        return new Minute(Others.BusySince(ticks), 100 * (shaper.Process.Cpu - cpu).TotalSeconds / 60 / Environment.ProcessorCount);
    }

    private static void AwaitMinute(long minute)
    {
        var left = DateTimeOffset.FromUnixTimeSeconds(60 * minute) - DateTimeOffset.UtcNow;
        Thread.Sleep(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    private sealed record Minute(double Busy, double Own)
    {
        public double Foreign => Busy - Own;

        public double Error(double target) => Busy - Math.Max(target, Foreign);
    }
}
