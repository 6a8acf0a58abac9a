using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace LoadShaper.Politeness;

/// <summary>A process of the benchmark, and what the kernel counts about it.</summary>
internal sealed unsafe class Child : IDisposable
{
    private const int ProcessClock = 2;

    private readonly Process _process;

    private Child(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>CPU time of all its threads so far, ended ones included.</summary>
    public TimeSpan Cpu => CpuOf(Id) ?? throw new InvalidOperationException($"Process {Id} has ended.");

    /// <summary>The same with the processes that it started.</summary>
    public TimeSpan CpuWithChildren => File.ReadAllText($"/proc/{Id}/task/{Id}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)
        .Aggregate(Cpu, (sum, child) => sum + (CpuOf(child) ?? TimeSpan.Zero));

    /// <summary>CPU time of its burning threads so far.</summary>
    public TimeSpan Burnt => new(Tasks().Where(task => Read(Path.Join(task, "comm"), text => text.StartsWith("burn-", StringComparison.Ordinal) ? 1 : 0) == 1)
        .Sum(task => Read(Path.Join(task, "schedstat"), text => long.Parse(text.Split(' ')[0]) / 100)));

    /// <summary>How often its threads have gone to sleep so far, and were woken again.</summary>
    public long WakeUps => Tasks().Sum(task => Read(Path.Join(task, "status"), text => text.Split('\n')
        .Where(line => line.StartsWith("voluntary_ctxt_switches", StringComparison.Ordinal)).Sum(line => long.Parse(line.Split('\t')[1]))));

    public int Threads => Tasks().Length;

    public double PrivateDirtyMiB => Memory("Private_Dirty:");

    public double ResidentMiB => Memory("Rss:");

    /// <summary>Starts one of the benchmark's roles.</summary>
    public static Child Role(string? group, params string[] arguments) =>
        Start(group, "dotnet", [Environment.GetCommandLineArgs()[0], "role", .. arguments]);

    public static Child Start(string? group, string program, IEnumerable<string> arguments, IDictionary<string, string>? environment = null)
    {
        // A process joins its control group before it starts anything.
        var info = group is null
            ? new ProcessStartInfo(program, arguments)
            : new ProcessStartInfo("/bin/sh", ["-c", $"echo $$ > {group} && exec \"$@\"", "sh", program, .. arguments]);
        info.RedirectStandardOutput = true;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            info.Environment[name] = value;
        return new Child(Process.Start(info)!);
    }

    /// <summary>Waits for its end and reads its figures.</summary>
    public Dictionary<string, string> Figures()
    {
        var text = _process.StandardOutput.ReadToEnd();
        _process.WaitForExit();
        return text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Split('=')).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    public double Figure(string name) => double.Parse(Figures()[name], CultureInfo.InvariantCulture);

    /// <summary>What it said last, of a drained one.</summary>
    public string? LastLine { get; private set; }

    /// <summary>Where the daemon's telemetry last saw the gate, and why; null when it was open.</summary>
    public string? Gate { get; private set; }

    /// <summary>Throws its output away but for the last line, so that it never waits for a reader.</summary>
    public Child Drained()
    {
        _process.OutputDataReceived += (_, line) => OnLine(line.Data);
        _process.BeginOutputReadLine();
        return this;
    }

    /// <summary>Asks it to end; returns how long that took.</summary>
    public TimeSpan Terminate()
    {
        var watch = Stopwatch.StartNew();
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill(entireProcessTree: true);
        return watch.Elapsed;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Terminate();
        _process.Dispose();
    }

    private static TimeSpan? CpuOf(int process)
    {
        long* time = stackalloc long[2];
        return GetTime((~process << 3) | ProcessClock, time) == 0
            ? new TimeSpan(time[0] * TimeSpan.TicksPerSecond + time[1] / 100)
            : null;
    }

    private void OnLine(string? line)
    {
        if (line is null)
            return;
        LastLine = line;
        if (line.Contains(" state=", StringComparison.Ordinal))
            Gate = line.Split(' ').FirstOrDefault(word => word.StartsWith("gate=", StringComparison.Ordinal));
    }

    private string[] Tasks()
    {
        try
        {
            return Directory.GetDirectories($"/proc/{Id}/task");
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static long Read(string path, Func<string, long> parse)
    {
        try
        {
            return parse(File.ReadAllText(path));
        }
        catch (IOException)
        {
            // The thread has just ended.
            return 0;
        }
    }

    private double Memory(string name) => File.ReadLines($"/proc/{Id}/smaps_rollup")
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024).First();

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, long* time);
}
