using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Proc;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Sampling;

public class SampleReaderTests
{
    private static readonly BitRate Configured = BitRate.FromMbit(50);

    private static MachineCounters Read(string machine, string networkInterface, bool ofHost = false, params int[] threads)
    {
        var root = Machine.Root(machine);
        var files = new ProcFs(Path.Join(root, "proc"), Path.Join(root, "sys"), Path.Join(root, "host/proc"));
        return new SampleReader(files, new NetworkWatch(networkInterface, ofHost, Configured), () => TimeSpan.FromSeconds(1))
            .Read(new BurningThreads(threads));
    }

    [Fact]
    public void A_micro_with_steal_and_a_link_that_does_not_know_its_speed()
    {
        var read = Read("e2-micro-5.15", "ens3", threads: 4711);

        Assert.Equal(2, read.Stat!.CpuCount);
        Assert.Equal(1702930, read.Stat.All.Steal);
        Assert.Equal(ByteSize.FromKiB(412844), read.Memory!.Available);
        Assert.Equal(new NetworkCounters("ens3", new ProcNetDev(8123456789, 2123456789), Configured), read.Network);
        Assert.Equal(new ProcLoadavg(0.31, 0.22, 0.15), read.Load);
        Assert.Equal(new PressureReading(Percent.Of(2.51), Percent.Zero, Percent.Of(0.42)), read.Pressure);
        Assert.Equal(new ThreadCounters(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(0.25)), read.Burning[4711]);
    }

    [Fact]
    public void An_A1_without_pressure_and_schedstat_with_a_CPU_offline()
    {
        var read = Read("a1-flex-uek-5.15", "enp0s6", threads: [55, 56]);

        Assert.Equal(3, read.Stat!.CpuCount);
        Assert.Null(read.Pressure);
        Assert.Equal(BitRate.FromMbit(50_000), read.Network!.Value.Link);
        Assert.Equal(new ThreadCounters(TimeSpan.FromSeconds(1.5), null), read.Burning[55]);
        Assert.False(read.Burning.ContainsKey(56));
    }

    [Fact]
    public void An_old_kernel_that_does_not_estimate_available_memory()
    {
        var read = Read("el6-2.6.32", "eth0");

        Assert.Null(read.Memory!.Available);
        Assert.Equal(ByteSize.FromKiB(20480), read.Memory.Shared);
        Assert.Equal(new CpuTicks(5000, 100, 2000, 100000, 300, 10, 20, 40), read.Stat!.All);
        Assert.Equal(new ProcNetDev(4294967295, 123), read.Network!.Value.Bytes);
    }

    [Fact]
    public void In_a_container_the_inner_interface_is_read_and_its_claimed_speed_is_not_believed()
    {
        Assert.Equal(new NetworkCounters("eth0", new ProcNetDev(1000, 2000), Configured), Read("docker-v1-5.10", "eth0").Network);
    }

    [Fact]
    public void In_host_mode_the_interface_of_the_host_is_read()
    {
        Assert.Equal(new ProcNetDev(70000, 90000), Read("docker-v1-5.10", "ens3", ofHost: true).Network!.Value.Bytes);
    }

    [Fact]
    public void In_host_mode_without_the_mount_our_own_view_is_read()
    {
        Assert.Equal(8123456789, Read("e2-micro-5.15", "ens3", ofHost: true).Network!.Value.Bytes.Received);
    }

    [Fact]
    public void The_recorded_machine_is_read_in_every_part()
    {
        var read = Read("vm-6.18", "eth0", threads: 4712);

        Assert.Equal(2, read.Stat!.CpuCount);
        Assert.NotNull(read.Memory!.Available);
        Assert.Equal(new ProcNetDev(212325595, 398936), read.Network!.Value.Bytes);
        Assert.NotNull(read.Load);
        Assert.NotNull(read.Pressure!.Memory);
        Assert.Single(read.Burning);
    }

    [Fact]
    public void An_unknown_interface_is_missing_and_not_zero()
    {
        Assert.Null(Read("e2-micro-5.15", "eth7").Network);
    }

    [Fact]
    public void Without_any_file_every_reading_is_missing_and_nothing_crashes()
    {
        var read = Read("no-such-machine", "eth0", threads: 1);

        Assert.True(read is { Stat: null, Memory: null, Network: null, Load: null, Pressure: null, Burning.Count: 0 });
    }

    [Fact]
    public void A_file_that_is_a_folder_is_a_missing_reading()
    {
        var root = Directory.CreateTempSubdirectory("loadshaper-proc-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Join(root, "stat"));
            File.WriteAllText(Path.Join(root, "loadavg"), "0.5 0.4 0.3 1/2 3\n");
            var read = new SampleReader(new ProcFs(root, root, root), new NetworkWatch("eth0", false, Configured), () => default)
                .Read(BurningThreads.None);

            Assert.Null(read.Stat);
            Assert.Equal(0.5, read.Load!.Value.OneMinute);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void The_file_of_a_thread_that_has_ended_or_burns_no_more_is_not_kept_open()
    {
        using var end = new ManualResetEventSlim();
        var (ended, endedId) = NewThread(end);
        using var never = new ManualResetEventSlim();
        var (_, idleId) = NewThread(never);
        var reader = new SampleReader(new ProcFs(), new NetworkWatch("lo", false, Configured), () => default);
        Assert.Equal(2, reader.Read(new BurningThreads([endedId, idleId])).Burning.Count);
        Assert.Equal(2, OpenFilesOf(endedId, idleId));

        end.Set();
        ended.Join();
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/self/task/{endedId}"), TimeSpan.FromSeconds(10)));

        Assert.DoesNotContain(endedId, reader.Read(new BurningThreads([endedId])).Burning.Keys);
        Assert.Equal(0, OpenFilesOf(endedId, idleId));
        never.Set();
    }

    private static (Thread Thread, int Id) NewThread(ManualResetEventSlim end)
    {
        var id = 0;
        using var ready = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            id = LinuxThread.CurrentId();
            ready.Set();
            end.Wait();
        });
        thread.Start();
        ready.Wait();
        return (thread, id);
    }

    private static int OpenFilesOf(params int[] threads) => Directory.GetFiles("/proc/self/fd")
        .Count(file => threads.Any(id => Target(file).Contains($"/task/{id}/", StringComparison.Ordinal)));

    // Of another test, and closed meanwhile.
    private static string Target(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, returnFinalTarget: false)?.FullName ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    [Fact]
    public void This_machine_itself_can_be_read()
    {
        var read = new SampleReader(new ProcFs(), new NetworkWatch("lo", false, Configured), () => default).Read(BurningThreads.None);

        Assert.True(read.Stat!.CpuCount >= 1);
        Assert.True(read.Memory!.Total > ByteSize.FromMiB(64));
        Assert.NotNull(read.Load);
        Assert.NotNull(read.Network);
        Assert.True(read.OwnCpu > TimeSpan.Zero);
    }
}
