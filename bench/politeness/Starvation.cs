using System.Diagnostics;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Units;

namespace LoadShaper.Politeness;

/// <summary>How long a forced gen-0 collection takes while every burning thread is starved by others.</summary>
internal static class Starvation
{
    private const int Collections = 400;

    public static int Run()
    {
        var threads = LinuxThread.UsableCpus(Environment.ProcessId).Select(cpu => new DutyCycleThread(cpu)).ToArray();
        foreach (var thread in threads)
            thread.Start();
        while (threads.Any(thread => thread.ThreadId == 0))
            Thread.Sleep(10);

        var pauses = new List<double>();
        for (var i = 0; i < Collections; i++)
        {
            foreach (var thread in threads)
                thread.Set(new PaceOrder(DutyCycle.Of(1), LinuxClock.Monotonic + TimeSpan.FromSeconds(5)));
            Thread.Sleep(20);
            var watch = Stopwatch.StartNew();
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
            pauses.Add(watch.Elapsed.TotalMilliseconds);
        }

        var waited = threads.Sum(thread => thread.Waited.TotalSeconds);
        var ran = threads.Sum(thread => thread.Ran!.Value.TotalSeconds);
        Console.WriteLine($"p50={Stats.Quantile(pauses, 0.5):0.000} p99={Stats.Quantile(pauses, 0.99):0.000} max={pauses.Max():0.000} waited={waited:0.00} ran={ran:0.00}");
        return 0;
    }
}
