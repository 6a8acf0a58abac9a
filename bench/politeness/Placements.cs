using System.Globalization;
using LoadShaper.Daemon.Cpu;

namespace LoadShaper.Politeness;

/// <summary>
/// What each placement of LoadShaper leaves to other work that wants the same CPU: both on one CPU, LoadShaper's threads at
/// full duty at their lowest rank and never yielding by themselves. Shares are of CPU time, so that work outside of the two
/// hardly changes them.
/// </summary>
internal static class Placements
{
    private const string Row = "| {0,-66} | {1,-34} | {2,14} | {3,15} | {4,14} | {5,-6} |";

    /// <summary>What the deployment files promise.</summary>
    private const double LeastKept = 98;
    private const double MostLatency = 1.2;

    // A kernel in user mode gets its timers from the machine's kernel, late and at random.
    private static readonly bool JudgesLatency = !File.ReadAllText("/proc/cpuinfo").Contains("UML", StringComparison.Ordinal);

    // Of a kubelet on two CPUs, with system pods that request 200 m; weights are its shares on the scale of version 2.
    private const double Kubepods = 79, Burstable = 8, Lowest = 1;

    /// <returns>Exit code: 1 where a placement of the deployment files keeps less than it promises.</returns>
    public static int Run(Options options)
    {
        using var tree = GroupTree.Create();
        if (tree is null)
        {
            Console.WriteLine("\n## Placements: not measured, no control group of the CPU controller can be made here");
            return 0;
        }

        // Groups of default weight that a machine has; their services and sessions are below.
        tree.Add("user.slice", 100);
        tree.Add("system.slice", 100);
        tree.Add("docker", 100);
        tree.Add("kubepods", Kubepods);
        tree.Add("kubepods/besteffort", Lowest);
        tree.Add("kubepods/burstable", Burstable);
        tree.Add("loadshaper.slice", 0);
        var session = tree.Add("user.slice/session", 100);
        var service = tree.Add("system.slice/nginx", 100);
        var pod = tree.Add("kubepods/besteffort/yours", Lowest);
        var podWithRequest = tree.Add("kubepods/burstable/yours", 4);
        var ours = tree.Add("loadshaper.slice/loadshaper", 100);
        var inSystem = tree.Add("system.slice/loadshaper", Lowest);
        var container = tree.Add("docker/loadshaper", Lowest);
        var bestEffort = tree.Add("kubepods/besteffort/loadshaper", Lowest);
        var request = tree.Add("kubepods/burstable/loadshaper", Lowest);

        Console.WriteLine();
        Console.WriteLine($"## Placements, {tree.Kind}: one CPU, wanted by other work and by LoadShaper at full duty, {options.Seconds} s each{(JudgesLatency ? "" : "; wake-ups are not judged in User-Mode Linux")}");
        Console.WriteLine(Row, "LoadShaper in", "other work in", "others keep %", "LoadShaper %", "wake-up p99 x", "limit");
        Console.WriteLine(Row, "---", "---", "---", "---", "---", "---");
        var kept = true;
        foreach (var (where, group, promised, others) in new (string, string, bool, (string, string)[])[]
        {
            ("loadshaper.slice, cpu.idle (unit, Quadlet, compose of deploy/)", ours, true, [("user.slice (a login)", session), ("system.slice (a service)", service)]),
            ("system.slice, weight 1", inSystem, false, [("user.slice (a login)", session), ("system.slice (a service)", service)]),
            ("a container without cgroup_parent, cpu_shares 2", container, false, [("user.slice (a login)", session), ("system.slice (a service)", service)]),
            ("Kubernetes, BestEffort", bestEffort, false, [("a BestEffort pod", pod), ("a pod that requests 100m", podWithRequest), ("user.slice (a login)", session)]),
            ("Kubernetes, requests.cpu 1m", request, false, [("a BestEffort pod", pod)]),
        })
            foreach (var (name, other) in others)
                kept &= Measure(options, where, group, name, other, promised);
        return kept ? 0 : 1;
    }

    private static bool Measure(Options options, string where, string group, string name, string other, bool promised)
    {
        var seconds = options.Seconds.ToString(CultureInfo.InvariantCulture);
        var alone = WakeUpP99(other, seconds);
        using var burner = Pinned(group, "burn").Drained();
        Thread.Sleep(1000);
        var before = burner.Cpu;
        double work;
        using (var foreground = Pinned(other, "throughput", seconds))
            work = foreground.Figure("cpu");
        var burnt = (burner.Cpu - before).TotalSeconds;
        var latency = WakeUpP99(other, seconds) / alone;

        var keeps = 100 * work / (work + burnt);
        var good = keeps >= LeastKept && (!JudgesLatency || latency <= MostLatency);
        Console.WriteLine(Row, where, name, Text(keeps), Text(100 - keeps), Text(latency), promised ? good ? "kept" : "OVER" : "");
        return !promised || good;
    }

    private static double WakeUpP99(string group, string seconds)
    {
        using var child = Pinned(group, "wakeups", seconds);
        return child.Figure("p99");
    }

    private static Child Pinned(string group, params string[] role) =>
        Child.Start(group, "taskset", ["-c", "0", "dotnet", Environment.GetCommandLineArgs()[0], "role", .. role]);

    /// <summary>The role of a burning thread that is never asked to rest.</summary>
    public static int Burn()
    {
        LinuxThread.RankLowest();
        while (true)
            Thread.SpinWait(1024);
    }

    private static string Text(double value) => value.ToString("0.0#", CultureInfo.InvariantCulture);
}
