using System.Collections.Concurrent;
using System.Diagnostics;
using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

/// <summary>The real process on the real machine.</summary>
[Collection(RealMemory.Name)]
public sealed class HolderProcessTests : IAsyncLifetime
{
    private static readonly MemorySettings Settings = new() { Reserve = ByteSize.FromMiB(100), Step = ByteSize.FromMiB(32) };

    private readonly ConcurrentQueue<HolderReport> _reports = new();
    private readonly ConcurrentQueue<HolderEnd> _ends = new();
    private readonly IHolder _holder;

    public HolderProcessTests()
    {
        _holder = HolderProcess.Start(HolderCommandLine.OfThisProcess(), _reports.Enqueue, _ends.Enqueue);
        Reported(report => report is HolderReport.Ready);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _holder.StopAsync(kill: false);

    [Fact]
    public void It_is_the_first_that_the_OOM_killer_takes() =>
        Assert.Equal("1000", File.ReadAllText($"/proc/{_holder.Pid}/oom_score_adj").Trim());

    [Fact]
    public async Task It_holds_what_is_ordered_and_ends_when_its_input_ends()
    {
        Hold(128);
        Assert.InRange(Anonymous(), 128, 160);
        Assert.Empty(_ends);

        await _holder.StopAsync(kill: false);
        Assert.False(Directory.Exists($"/proc/{_holder.Pid}"), "the holder is still there");
        Assert.Empty(_ends);
    }

    [Fact]
    public void Killed_by_SIGKILL_it_says_so_and_further_orders_are_ignored()
    {
        Hold(32);
        using (var process = Process.GetProcessById(_holder.Pid!.Value))
            process.Kill();

        Eventually.Holds(() => !_ends.IsEmpty, () => "no end was reported");
        Assert.True(_ends.Single().BySigkill);
        _holder.Order(new HolderOrder.Hold(ByteSize.FromMiB(64), 0));
    }

    [Fact]
    public async Task One_that_does_not_listen_is_killed_and_its_end_is_not_waited_for_by_the_caller()
    {
        Hold(32);
        Signal("STOP");

        var stopped = _holder.StopAsync(kill: false);
        Assert.False(stopped.IsCompleted);
        await stopped;
        Assert.False(Directory.Exists($"/proc/{_holder.Pid}"), "the holder is still there");
        Assert.Empty(_ends);
    }

    [Fact]
    public async Task One_that_is_stopped_can_be_killed_at_once()
    {
        Hold(32);
        Signal("STOP");

        await _holder.StopAsync(kill: true);
        Assert.False(Directory.Exists($"/proc/{_holder.Pid}"), "the holder is still there");
    }

    [Fact]
    public void Ctrl_C_is_for_the_daemon_and_leaves_the_holder()
    {
        Signal("INT");
        Hold(16);
        Assert.Empty(_ends);
    }

    [Fact]
    public void Ended_in_any_other_way_it_was_not_killed()
    {
        Signal("TERM");

        Eventually.Holds(() => !_ends.IsEmpty, () => "no end was reported");
        Assert.False(_ends.Single().BySigkill);
    }

    [Fact]
    public async Task Another_process_that_takes_memory_until_under_the_reserve_gets_it_back_and_lives()
    {
        using var memInfo = new MemInfoFile("/proc/meminfo");
        var available = MemoryUse.Available(memInfo.Read()!);

        var reserve = available - ByteSize.FromMiB(256 + 200);
        Hold(256, Settings with { Reserve = reserve });

        var reports = new ConcurrentQueue<HolderReport>();
        var other = HolderProcess.Start(HolderCommandLine.OfThisProcess(), reports.Enqueue, _ends.Enqueue);
        try
        {
            other.Order(HolderOrder.Settings.Of(Settings));

            // Whatever else comes and goes on this machine, at some point the other process is under the reserve.
            var taken = ByteSize.Zero;
            while (!_reports.Any(report => report is HolderReport.Lost))
            {
                Assert.True(taken < ByteSize.FromMiB(3000), "under the reserve nothing was given back");
                taken += ByteSize.FromMiB(128);
                other.Order(new HolderOrder.Hold(taken, 0));
                Eventually.Holds(
                    () => reports.OfType<HolderReport.Holding>().Any(holding => holding.Held == taken),
                    () => $"the other process has {string.Join("; ", reports)}");
                if (MemoryUse.Available(memInfo.Read()!) < reserve)
                    Eventually.Holds(
                        () => _reports.Any(report => report is HolderReport.Lost) || MemoryUse.Available(memInfo.Read()!) >= reserve,
                        () => "under the reserve nothing was given back");
            }

            Assert.Equal(MemoryReleaseCause.Reserve, _reports.OfType<HolderReport.Lost>().First().Cause);

            // All that was missing is back, or there is nothing left to give.
            Eventually.Holds(
                () => _reports.OfType<HolderReport.Lost>().Last().Held == ByteSize.Zero || MemoryUse.Available(memInfo.Read()!) >= reserve,
                () => $"{_reports.OfType<HolderReport.Lost>().Last()}");
            Assert.Empty(_ends);
        }
        finally
        {
            await other.StopAsync(kill: true);
        }
    }

    private void Hold(int mib, MemorySettings? settings = null)
    {
        _holder.Order(HolderOrder.Settings.Of(settings ?? Settings));
        _holder.Order(new HolderOrder.Hold(ByteSize.FromMiB(mib), 0));
        Reported(report => report is HolderReport.Holding holding && holding.Held == ByteSize.FromMiB(mib));
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {_holder.Pid}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    private HolderReport Reported(Func<HolderReport, bool> expected)
    {
        Eventually.Holds(() => _reports.Any(expected), () => $"reports: {string.Join("; ", _reports)}; ends: {string.Join("; ", _ends)}");
        return _reports.First(expected);
    }

    /// <summary>MiB.</summary>
    private long Anonymous() =>
        File.ReadLines($"/proc/{_holder.Pid}/status").Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', '\t').First(word => word.Length > 0 && char.IsDigit(word[0]))) / 1024).Single();
}
