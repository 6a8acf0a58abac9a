using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LoadShaper.Daemon.Cpu;

namespace LoadShaper.Politeness;

/// <summary>Real work of several kinds, each a process of its own that prints one line of figures.</summary>
internal static unsafe class Foreground
{
    private const double RequestSeconds = 0.005;
    private const double RequestDuty = 0.15;

    private static readonly int Cores = Environment.ProcessorCount;
    private static ulong s_sink;

    /// <summary>One thread a core at full speed: rounds of work a second.</summary>
    public static int Throughput(double seconds)
    {
        var rounds = new long[Cores];
        var until = LinuxClock.Monotonic + TimeSpan.FromSeconds(seconds);
        OnEachCore(core =>
        {
            for (; LinuxClock.Monotonic < until; rounds[core]++)
                Work(20_000);
        });
        Console.WriteLine($"rate={rounds.Sum() / seconds:0.0} cpu={Environment.CpuUsage.TotalTime.TotalSeconds:0.000}");
        return 0;
    }

    /// <summary>Requests of 5 ms at random times that load each core by 15 %: time from when each was due until it was done.</summary>
    public static int Requests(double seconds, long work)
    {
        var latencies = new List<double>[Cores];
        var start = LinuxClock.Monotonic + TimeSpan.FromSeconds(0.1);
        OnEachCore(core =>
        {
            var random = new Random(1000 + core);
            var mine = latencies[core] = new List<double>(4096);
            for (var due = 0.0; due < seconds; due += -Math.Log(1 - random.NextDouble()) * RequestSeconds / RequestDuty)
            {
                SleepUntil(start + TimeSpan.FromSeconds(due));
                Work(work);
                mine.Add((LinuxClock.Monotonic - start).TotalMilliseconds - 1000 * due);
            }
        });
        Print(latencies.SelectMany(l => l).ToArray(), "ms", 1);
        return 0;
    }

    /// <summary>A thread on each core that sleeps for a millisecond at a time: how late it wakes.</summary>
    public static int WakeUps(double seconds)
    {
        var late = new double[Cores][];
        var cpus = LinuxThread.UsableCpus(Environment.ProcessId);
        OnEachCore(core =>
        {
            LinuxThread.Pin(0, cpus[core]);
            LinuxThread.AllowLateWaking(TimeSpan.FromTicks(1));
            var mine = late[core] = new double[(int)(seconds * 1000)];
            var due = LinuxClock.Monotonic;
            for (var i = 0; i < mine.Length; i++)
            {
                due += TimeSpan.FromMilliseconds(1);
                SleepUntil(due);
                var now = LinuxClock.Monotonic;
                mine[i] = (now - due).TotalMilliseconds;
                due = now > due + TimeSpan.FromMilliseconds(1) ? now : due;
            }
        });
        Print(late.SelectMany(l => l).ToArray(), "us", 1000);
        return 0;
    }

    /// <summary>Keeps every core busy for a share of each 50 ms.</summary>
    public static int Pulse(double percent, double seconds)
    {
        var until = LinuxClock.Monotonic + TimeSpan.FromSeconds(seconds);
        OnEachCore(core =>
        {
            var period = TimeSpan.FromMilliseconds(50.7 + core);
            var debt = TimeSpan.Zero;
            for (var due = LinuxClock.Monotonic; due < until; due += period)
            {
                SleepUntil(due);
                debt += percent / 100 * period;
                var ran = LinuxClock.ThreadCpu();
                while (LinuxClock.ThreadCpu() - ran < debt)
                    Work(2000);
                debt -= LinuxClock.ThreadCpu() - ran;
            }
        });
        return 0;
    }

    /// <summary>How much work takes as long as one request on an idle core.</summary>
    public static int Calibrate()
    {
        Work(5_000_000);
        var best = double.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var before = LinuxClock.ThreadCpu();
            Work(1_000_000);
            best = Math.Min(best, (LinuxClock.ThreadCpu() - before).TotalSeconds);
        }

        Console.WriteLine($"work={(long)(1_000_000 * RequestSeconds / best)}");
        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Work(long rounds)
    {
        var x = 88172645463325252UL;
        for (var i = 0L; i < rounds; i++)
        {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
        }

        s_sink = x;
    }

    private static void OnEachCore(Action<int> work)
    {
        Work(10_000);
        var threads = Enumerable.Range(0, Cores).Select(core => new Thread(() => work(core))).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
    }

    private static void Print(double[] values, string unit, double scale) => Console.WriteLine(
        $"p50={scale * Stats.Quantile(values, 0.5):0.000} p99={scale * Stats.Quantile(values, 0.99):0.000} max={scale * values.Max():0.000} unit={unit} cpu={Environment.CpuUsage.TotalTime.TotalSeconds:0.000}");

    private static void SleepUntil(TimeSpan due)
    {
        long* time = stackalloc long[2];
        time[0] = due.Ticks / TimeSpan.TicksPerSecond;
        time[1] = due.Ticks % TimeSpan.TicksPerSecond * 100;
        const int monotonic = 1;
        const int absolute = 1;
        while (NanoSleep(monotonic, absolute, time, null) != 0 && LinuxClock.Monotonic < due)
        {
        }
    }

    [DllImport("libc", EntryPoint = "clock_nanosleep")]
    private static extern int NanoSleep(int clock, int flags, long* time, long* left);
}
