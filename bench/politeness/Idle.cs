using System.Diagnostics;

namespace LoadShaper.Politeness;

/// <summary>What LoadShaper costs while it burns nothing.</summary>
internal static class Idle
{
    // For some minutes the runtime compiles in the background what has proved to run often. Memory is given back 30 s after
    // the start and every 5 minutes: once while it is watched, which is twice as often as in the long run.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(3.5);
    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(2.5);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);
    private const int Starts = 5;

    public static void Run(Options options)
    {
        Table.Head("At zero duty", "", "figure", "");
        Others.AwaitQuiet();
        var answered = Stats.Median([.. Enumerable.Range(0, Starts).Select(_ => Start(options))]);
        Table.Single("start to the first answer of /health", answered, "s", "at most 0.5", answered <= 0.5);

        using var shaper = Shaper.Start(options, target: 0);
        Table.Note($"after {Settled.TotalMinutes} minutes, over {Watched.TotalMinutes} minutes, memory as the most of these:");
        Thread.Sleep(Settled);
        var (cpu, woken, watch) = (shaper.Process.Cpu, shaper.Process.WakeUps, Stopwatch.StartNew());
        var (dirty, resident) = (0.0, 0.0);
        while (watch.Elapsed < Watched)
        {
            Thread.Sleep(Look);
            dirty = Math.Max(dirty, shaper.Process.PrivateDirtyMiB);
            resident = Math.Max(resident, shaper.Process.ResidentMiB);
        }

        var seconds = watch.Elapsed.TotalSeconds;
        var wakeUps = (shaper.Process.WakeUps - woken) / seconds;
        var control = (shaper.Process.Cpu - cpu).TotalSeconds / seconds * 60;
        Table.Single("wake-ups a second", wakeUps, "", "at most 5", wakeUps <= 5);
        Table.Single("control plane, CPU-seconds a minute", control, "s", "at most 0.03", control <= 0.03);
        Table.Single("private memory (Private_Dirty)", dirty, "MiB", "at most 40", dirty <= 40);
        Table.Single("resident memory", resident, "MiB", "", true);
        Table.Single("threads", shaper.Process.Threads, "", "", true);
        var ended = shaper.Process.Terminate().TotalSeconds;
        Table.Single("SIGTERM to exit", ended, "s", "at most 0.3", ended <= 0.3);
    }

    private static double Start(Options options)
    {
        using var shaper = Shaper.Start(options, target: 0);
        Thread.Sleep(TimeSpan.FromSeconds(2));
        shaper.Process.Terminate();
        return shaper.Answered?.TotalSeconds ?? double.NaN;
    }
}
