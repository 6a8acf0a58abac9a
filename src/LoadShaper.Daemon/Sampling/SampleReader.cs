using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Proc;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Sampling;

/// <summary>Reads all that the kernel counts, once. A file that cannot be read or understood leaves its reading missing.</summary>
internal sealed class SampleReader(ProcFs files, NetworkWatch watch, Func<TimeSpan> clock)
{
    private IReadOnlyList<int> _read = [];

    public MachineCounters Read(BurningThreads burning)
    {
        var threads = new Dictionary<int, ThreadCounters>(burning.Ids.Count);
        foreach (var id in burning.Ids)
            if (Thread(id) is { } counters)
                threads[id] = counters;
        foreach (var id in _read)
            if (!burning.Ids.Contains(id))
                Forget(id);
        _read = burning.Ids;

        return new MachineCounters(
            clock(),
            ProcStat.Parse(files.Read("stat")),
            ProcMeminfo.Parse(files.Read("meminfo")),
            Network(),
            ProcLoadavg.Parse(files.Read("loadavg")),
            Pressure(),
            Environment.CpuUsage.TotalTime,
            threads);
    }

    private PressureReading? Pressure()
    {
        var cpu = ProcPressure.Parse(files.Read("pressure/cpu"));
        var memory = ProcPressure.Parse(files.Read("pressure/memory"));
        var io = ProcPressure.Parse(files.Read("pressure/io"));
        return cpu is null && memory is null && io is null ? null : new PressureReading(cpu, memory, io);
    }

    // The first process of the host lives in the host's network.
    private NetworkCounters? Network()
    {
        var text = watch.OfHost ? files.ReadOfHost("1/net/dev") : files.Read("net/dev");
        if (text.IsEmpty && watch.OfHost)
            text = files.Read("net/dev");
        if (watch.Interface == NetworkWatch.All)
            return PhysicalInterfaces.Sum(text, HasDevice) is { } sum ? new NetworkCounters(sum.Names, sum.Bytes, watch.Link, Configured) : null;
        if (ProcNetDev.Parse(text, watch.Interface) is not { } bytes)
            return null;
        var (link, source) = Link();
        return new NetworkCounters(watch.Interface, bytes, link, source);
    }

    private LinkSource Configured => watch.LinkFromMetadata ? LinkSource.Metadata : LinkSource.Setting;

    // The interfaces of /sys are those of this network namespace, not of the host's /proc.
    private bool? HasDevice(string name) =>
        files.ExistsSys($"class/net/{name}") ? files.ExistsSys($"class/net/{name}/device") : null;

    // Only hardware knows its speed: the inner end of a container's link claims 10 Gbit, a paravirtual one -1.
    private (BitRate, LinkSource) Link()
    {
        var folder = $"class/net/{watch.Interface}";
        return !watch.LinkFromMetadata && files.ExistsSys($"{folder}/device") && ProcLink.Parse(files.ReadSys($"{folder}/speed")) is { } speed
            ? (speed, LinkSource.Sysfs)
            : (watch.Link, Configured);
    }

    private ThreadCounters? Thread(int id)
    {
        if (ProcSchedstat.Parse(files.Read(Schedstat(id))) is { } schedstat)
            return new ThreadCounters(schedstat.Ran, schedstat.Waited);
        return ProcTaskStat.Parse(files.Read(Stat(id))) is { } ran ? new ThreadCounters(ran, null) : null;
    }

    private void Forget(int id)
    {
        files.Forget(Schedstat(id));
        files.Forget(Stat(id));
    }

    private static string Schedstat(int id) => $"self/task/{id}/schedstat";

    private static string Stat(int id) => $"self/task/{id}/stat";
}
