using System.Text;
using LoadShaper.Domain.Sampling.Proc;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling;

public class ProcParserTests
{
    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public void Guest_time_is_part_of_user_time_and_not_counted_again()
    {
        var stat = ProcStat.Parse(Text("cpu  300 5 100 9600 50 1 2 3 200 4\ncpu0 300 5 100 9600 50 1 2 3 200 4\n"))!;

        Assert.Equal(new CpuTicks(300, 5, 100, 9600, 50, 1, 2, 3), stat.All);
        Assert.Equal(411, stat.All.Busy);
        Assert.Equal(408, stat.All.BusyWithoutSteal);
        Assert.Equal(10061, stat.All.Sum);
    }

    [Fact]
    public void Only_CPUs_that_are_online_are_counted()
    {
        Assert.Equal(3, ProcStat.Parse(Text("cpu  1 1 1 1\ncpu0 1 1 1 1\ncpu2 1 1 1 1\ncpu3 1 1 1 1\nintr 9\ncpufreq 1\n"))!.CpuCount);
    }

    [Fact]
    public void A_counter_that_ran_backwards_does_not_advance_and_the_others_count()
    {
        var before = new CpuTicks(100, 0, 50, 1000, 80, 0, 0, 20);
        var now = new CpuTicks(110, 0, 55, 1080, 70, 0, 0, 5);

        Assert.Equal(new CpuTicks(10, 0, 5, 80, 0, 0, 0, 0), now.Since(before));
    }

    [Fact]
    public void The_interface_is_found_by_its_whole_name()
    {
        var text = Text("head|er\n veth0: 1 0 0 0 0 0 0 0 2 0\n  eth0:3 0 0 0 0 0 0 0 4 0\n");

        Assert.Equal(new ProcNetDev(3, 4), ProcNetDev.Parse(text, "eth0"));
        Assert.Null(ProcNetDev.Parse(text, "th0"));
        Assert.Null(ProcNetDev.Parse(text, ""));
    }

    [Theory]
    [InlineData("1000\n", 1000.0)]
    [InlineData("-1\n", null)]
    [InlineData("4294967295\n", null)]
    [InlineData("", null)]
    public void A_link_that_does_not_know_its_speed_has_none(string text, double? mbit)
    {
        Assert.Equal(mbit, ProcLink.Parse(Text(text))?.Mbit);
    }

    [Theory]
    [InlineData("/autogroup-25 nice 0\n", 0)]
    [InlineData("/autogroup-25 nice -5\n", -5)]
    [InlineData("/autogroup-25 nice 19\n", 19)]
    [InlineData("", null)]
    public void The_rank_of_a_session_is_read(string text, int? nice)
    {
        Assert.Equal(nice, ProcAutogroup.Parse(Text(text)));
    }

    [Theory]
    [InlineData("max 100000\n", null)]
    [InlineData("50000 100000\n", 0.5)]
    [InlineData("300000 100000\n", 3.0)]
    [InlineData("5", null)]
    public void A_limit_in_CPUs_is_quota_by_period(string text, double? cpus)
    {
        Assert.Equal(cpus, CgroupCpu.ParseV2(Text(text)));
    }

    [Fact]
    public void Without_a_quota_version_1_says_minus_one()
    {
        Assert.Null(CgroupCpu.ParseV1(Text("-1\n"), Text("100000\n")));
        Assert.Equal(0.25, CgroupCpu.ParseV1(Text("25000\n"), Text("100000\n")));
    }

    [Fact]
    public void The_hierarchy_of_the_CPU_controller_is_chosen()
    {
        Assert.Equal(new ProcCgroup(1, "/docker/x"), ProcCgroup.Parse(Text("5:cpu,cpuacct:/docker/x\n0::/other\n")));
        Assert.Equal(new ProcCgroup(2, "/a:b"), ProcCgroup.Parse(Text("1:name=systemd:/s\n0::/a:b\n")));
        Assert.Null(ProcCgroup.Parse(Text("4:memory:/\n")));
    }

    [Theory]
    [InlineData("/", "/system.slice/x.service", "/sys/fs/cgroup/system.slice/x.service")]
    [InlineData("/docker/x", "/docker/x", "/sys/fs/cgroup")]
    [InlineData("/docker/x", "/docker/x/sub", "/sys/fs/cgroup/sub")]
    [InlineData("/docker/x", "/docker/xy", null)]
    [InlineData("/", "/../outside", null)]
    public void A_group_is_found_below_what_is_mounted(string root, string path, string? folder)
    {
        Assert.Equal(folder, new ProcCgroupMount(root, "/sys/fs/cgroup").Folder(path));
    }

    [Fact]
    public void A_mount_point_with_a_blank_in_it_is_read_as_it_is()
    {
        var text = Text("1 1 0:1 / /mnt/a\\040b rw - cgroup2 none rw\n");

        Assert.Equal(new ProcCgroupMount("/", "/mnt/a b"), ProcCgroupMount.Parse(text, 2));
    }

    [Fact]
    public void Garbage_is_a_missing_reading_and_never_an_exception()
    {
        var random = new Random(11);
        var samples = new[]
        {
            "cpu  1 2 3 4 5 6 7 8\ncpu0 1 2 3 4\n", "MemTotal: 5 kB\nMemFree: 3 kB\n", "0.1 0.2 0.3 1/2 3\n",
            " eth0: 1 0 0 0 0 0 0 0 2\n", "some avg10=1.00 avg60=0\n", "1 2 3\n", "9 (x) S 1 1 1 0 0 0 0 0 0 0 1 2 3\n",
            "99999999999999999999999 1\n", "0::/x\n", "1 1 0:1 / /m rw - cgroup2 none rw\n", "/autogroup-1 nice 0\n",
        };
        for (var i = 0; i < 20_000; i++)
        {
            var text = Text(samples[random.Next(samples.Length)]);
            for (var hits = random.Next(4); hits > 0; hits--)
                text[random.Next(text.Length)] = (byte)random.Next(256);
            text = text[..random.Next(text.Length + 1)];

            _ = (ProcStat.Parse(text), ProcMeminfo.Parse(text), ProcLoadavg.Parse(text), ProcNetDev.Parse(text, "eth0"),
                ProcPressure.Parse(text), ProcSchedstat.Parse(text), ProcTaskStat.Parse(text));
            _ = (ProcCgroup.Parse(text), ProcCgroupMount.Parse(text, 2), ProcAutogroup.Parse(text), ProcSession.ParseLeads(text),
                CgroupCpu.ParseV2(text), ProcLink.Parse(text), ProcThreads.Parse(text), ProcLimits.ParseOpenFiles(text));
        }

        Assert.Null(ProcStat.Parse(Text("cpu  1 2 x 4\ncpu0 1 2 3 4\n")));
        Assert.Null(ProcMeminfo.Parse(Text("MemTotal: 0 kB\nMemFree: 0 kB\n")));
        Assert.Null(ProcLoadavg.Parse(Text("0.1 nan 0.3")));
        Assert.Null(ProcSchedstat.Parse(Text("12 -3 1")));
        Assert.Null(ProcPressure.Parse(Text("full avg10=1.00\n")));
    }

    [Fact]
    public void Threads_and_the_limit_of_open_files_are_read_of_a_process()
    {
        Assert.Equal(23, ProcThreads.Parse(Text("7 (a) b) S 1 7 7 0 -1 4194560 10 0 1 0 5 6 0 0 20 0 23 0 900 1000 200\n")));
        const string limits = "Limit                     Soft Limit           Hard Limit           Units     \nMax core file size        0                    unlimited            bytes     \nMax open files            1024                 524288               files     \n";
        Assert.Equal(1_024, ProcLimits.ParseOpenFiles(Text(limits)));
        Assert.Null(ProcLimits.ParseOpenFiles(Text(limits.Replace("1024", "unlimited", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_counter_beyond_all_bounds_is_cut_off_and_not_wrapped()
    {
        Assert.Equal(long.MaxValue, ProcNetDev.Parse(Text("a: 18446744073709551615 0 0 0 0 0 0 0 1 0"), "a")!.Value.Received);
        Assert.Equal(ByteSize.FromKiB(5), ProcMeminfo.Parse(Text("MemTotal: 5 kB\nMemFree: 1 kB\nCached: 18446744073709551615 kB\n"))!.Total);
    }
}
