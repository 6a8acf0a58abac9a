using System.Collections.Concurrent;
using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

/// <summary>
/// The real process in a real memory cgroup. Needs a writable cgroup v1 memory controller; elsewhere the tests are
/// skipped with that reason, and HolderProcessTests kills the holder as the OOM killer does.
/// </summary>
[Collection(RealMemory.Name)]
public sealed class CgroupHolderTests : IAsyncLifetime
{
    private static readonly MemorySettings Settings = new() { Reserve = ByteSize.FromMiB(100), Step = ByteSize.FromMiB(32) };

    private readonly ConcurrentQueue<HolderReport> _reports = new();
    private readonly ConcurrentQueue<HolderEnd> _ends = new();
    private readonly IHolder _holder;
    private readonly string _group;

    public CgroupHolderTests()
    {
        _group = Directory.CreateDirectory(Path.Combine(CgroupFactAttribute.Root, $"loadshaper-test-{Guid.NewGuid():N}")).FullName;
        _holder = HolderProcess.Start(HolderCommandLine.OfThisProcess(), _reports.Enqueue, _ends.Enqueue);
        Reported(report => report is HolderReport.Ready);
        Write("cgroup.procs", _holder.Pid!.Value);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _holder.StopAsync(kill: false);

        // The group can be removed once the last task in it is gone.
        Eventually.Holds(() => File.ReadAllText(Path.Combine(_group, "cgroup.procs")).Trim().Length == 0, () => "the cgroup is still in use");
        Directory.Delete(_group);
    }

    [CgroupFact]
    public void An_OOM_kill_takes_the_holder_alone_and_the_kernel_has_counted_it()
    {
        var before = OomKills.Read();
        Write("memory.limit_in_bytes", 24 * 1024 * 1024);

        // At full speed the limit is passed before the holder looks at it again, once a second; on a busy machine it may take a
        // few attempts.
        _holder.Order(HolderOrder.Settings.Of(Settings));
        _holder.Order(new HolderOrder.Hold(ByteSize.FromMiB(600), 0));
        var losses = 0;
        Eventually.Holds(
            () =>
            {
                if (_reports.Count(report => report is HolderReport.Lost) is var seen && seen > losses)
                    _holder.Order(new HolderOrder.Hold(ByteSize.FromMiB(600), losses = seen));
                return !_ends.IsEmpty;
            },
            () => $"{string.Join("; ", _reports)}");
        Assert.True(_ends.Single().BySigkill);
        Assert.True(OomKills.Read() > before);
    }

    [CgroupFact]
    public void A_limit_that_comes_near_gets_memory_back_before_the_kernel_acts()
    {
        Write("memory.limit_in_bytes", 400 * 1024 * 1024);
        _holder.Order(HolderOrder.Settings.Of(Settings));
        _holder.Order(new HolderOrder.Hold(ByteSize.FromMiB(128), 0));
        Reported(report => report is HolderReport.Holding);

        // Pages from before it was moved are charged elsewhere: hardly more than what it holds counts here.
        Write("memory.limit_in_bytes", 148 * 1024 * 1024);

        var lost = Assert.IsType<HolderReport.Lost>(Reported(report => report is HolderReport.Lost));
        Assert.Equal(MemoryReleaseCause.CgroupLimit, lost.Cause);
        Assert.Empty(_ends);
    }

    private void Write(string file, long value) => File.WriteAllText(Path.Combine(_group, file), $"{value}\n");

    private HolderReport Reported(Func<HolderReport, bool> expected)
    {
        Eventually.Holds(() => _reports.Any(expected), () => $"reports: {string.Join("; ", _reports)}; ends: {string.Join("; ", _ends)}");
        return _reports.First(expected);
    }
}

/// <summary>A fact that needs to make memory cgroups.</summary>
internal sealed class CgroupFactAttribute : FactAttribute
{
    internal const string Root = "/sys/fs/cgroup/memory";

    public CgroupFactAttribute()
    {
        if (!File.Exists(Path.Combine(Root, "memory.limit_in_bytes")) && !File.Exists(Path.Combine(Root, "memory.usage_in_bytes")))
        {
            Skip = $"{Root} is no cgroup v1 memory controller";
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.Combine(Root, $"loadshaper-probe-{Guid.NewGuid():N}")).Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Skip = $"no memory cgroup can be made here: {e.Message}";
        }
    }
}
