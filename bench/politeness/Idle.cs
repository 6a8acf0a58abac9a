using System.Diagnostics;

namespace LoadShaper.Politeness;

/// <summary>What LoadShaper costs while it burns nothing.</summary>
internal static class Idle
{
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(4);

    public static void Run(Options options)
    {
        Table.Head("At zero duty", "", "figure", "");
        using var shaper = Shaper.Start(options, target: 0);
        if (shaper.Answered is { } answered)
            Table.Single("start to the first answer of /health", answered.TotalSeconds, "s", "at most 0.5", answered.TotalSeconds <= 0.5);

        // For some minutes the runtime compiles in the background what has proved to run often.
        Table.Note($"after {Settled.TotalMinutes:0} minutes, over one minute:");
        Thread.Sleep(Settled);
        var (cpu, woken, watch) = (shaper.Process.Cpu, shaper.Process.WakeUps, Stopwatch.StartNew());
        Thread.Sleep(TimeSpan.FromMinutes(1));
        var seconds = watch.Elapsed.TotalSeconds;
        var wakeUps = (shaper.Process.WakeUps - woken) / seconds;
        var control = (shaper.Process.Cpu - cpu).TotalSeconds / seconds * 60;
        var dirty = shaper.Process.PrivateDirtyMiB;
        Table.Single("wake-ups a second", wakeUps, "", "at most 5", wakeUps <= 5);
        Table.Single("control plane, CPU-seconds a minute", control, "s", "at most 0.03", control <= 0.03);
        Table.Single("private memory (Private_Dirty)", dirty, "MiB", "at most 40", dirty <= 40);
        Table.Single("resident memory", shaper.Process.ResidentMiB, "MiB", "", true);
        var ended = shaper.Process.Terminate().TotalSeconds;
        Table.Single("SIGTERM to exit", ended, "s", "at most 0.3", ended <= 0.3);
    }
}
