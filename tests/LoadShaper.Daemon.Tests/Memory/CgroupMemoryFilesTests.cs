using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

public sealed class CgroupMemoryFilesTests : IDisposable
{
    private static readonly ByteSize Machine = ByteSize.FromMiB(8192);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("loadshaper-cgroup-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Version_2_takes_the_limit_that_leaves_the_least_room_of_all_levels()
    {
        Group("", ("memory.stat", "anon 1\n"));
        Group("outer", ("memory.max", "1073741824\n"), ("memory.high", "max\n"), ("memory.current", "1021313024\n"), ("memory.stat", "anon 5\ninactive_file 0\n"));
        Group("outer/own", ("memory.max", "max\n"), ("memory.high", "536870912\n"), ("memory.current", "314572800\n"), ("memory.stat", "anon 5\ninactive_file 104857600\n"));

        Assert.Equal(
            new CgroupMemory(ByteSize.FromMiB(1024), ByteSize.FromMiB(50)),
            Find("0::/outer/own\n", $"30 20 0:27 / {_root.FullName} rw - cgroup2 cgroup2 rw\n").Read(Machine));

        Group("outer", ("memory.current", "104857600\n"));
        Assert.Equal(
            new CgroupMemory(ByteSize.FromMiB(512), ByteSize.FromMiB(312)),
            Find("0::/outer/own\n", $"30 20 0:27 / {_root.FullName} rw - cgroup2 cgroup2 rw\n").Read(Machine));
    }

    [Fact]
    public void Use_above_a_limit_that_was_lowered_is_reported_and_the_limit_most_exceeded_counts()
    {
        Group("", ("memory.stat", "anon 1\n"));
        Group("outer", ("memory.max", "1073741824\n"), ("memory.current", "1073741824\n"), ("memory.stat", "inactive_file 0\n"));
        Group("outer/own", ("memory.max", "max\n"), ("memory.high", "536870912\n"), ("memory.current", "1073741824\n"), ("memory.stat", "inactive_file 0\n"));

        Assert.Equal(
            new CgroupMemory(ByteSize.FromMiB(512), ByteSize.Zero, Over: ByteSize.FromMiB(512)),
            Find("0::/outer/own\n", $"30 20 0:27 / {_root.FullName} rw - cgroup2 cgroup2 rw\n").Read(Machine));
    }

    [Theory]
    [InlineData("0\n", false)]
    [InlineData("1\n", true)]
    public void A_group_above_us_that_the_kernel_kills_at_once_takes_us_with_it(string together, bool diesAsOne)
    {
        Group("", ("memory.stat", "anon 1\n"));
        Group("pod", ("memory.oom.group", together));
        Group("pod/own", ("memory.oom.group", "0\n"));

        Assert.Equal(diesAsOne, Find("0::/pod/own\n", $"30 20 0:27 / {_root.FullName} rw - cgroup2 cgroup2 rw\n").DiesAsOne());
    }

    [Fact]
    public void Version_1_counts_before_an_empty_version_2_beside_it()
    {
        Group("own", ("memory.limit_in_bytes", "209715200\n"), ("memory.usage_in_bytes", "104857600\n"), ("memory.stat", "cache 7\ntotal_inactive_file 52428800\n"));

        var files = Find(
            "4:memory:/own\n1:cpu:/\n0::/\n",
            $"31 20 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n30 20 0:27 / {_root.FullName} rw - cgroup cgroup rw,memory\n");
        Assert.Equal(new CgroupMemory(ByteSize.FromMiB(200), ByteSize.FromMiB(150)), files.Read(Machine));
    }

    [Fact]
    public void In_a_container_the_mount_is_our_own_group_under_any_path_of_the_host()
    {
        Group("", ("memory.limit_in_bytes", "209715200\n"), ("memory.usage_in_bytes", "0\n"), ("memory.stat", ""));

        var files = Find("4:memory:/docker/abc\n", $"30 20 0:27 /docker/abc {_root.FullName} ro - cgroup cgroup ro,memory\n");
        Assert.Equal(ByteSize.FromMiB(200), files.Read(Machine)!.Limit);
    }

    [Theory]
    [InlineData("9223372036854771712")]
    [InlineData("8589934592")]
    public void A_limit_that_is_not_below_the_machine_is_none(string limit)
    {
        Group("", ("memory.limit_in_bytes", limit), ("memory.usage_in_bytes", "0\n"), ("memory.stat", ""));

        Assert.Null(Find("4:memory:/\n", $"30 20 0:27 / {_root.FullName} rw - cgroup cgroup rw,memory\n").Read(Machine));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("garbage", "more garbage")]
    [InlineData("0::/\n", "30 20 0:27 / /no/such/folder rw - cgroup2 cgroup2 rw\n")]
    public void Without_a_memory_controller_there_is_no_limit(string cgroup, string mountInfo) =>
        Assert.Null(Find(cgroup, mountInfo).Read(Machine));

    private static CgroupMemoryFiles Find(string cgroup, string mountInfo) => CgroupMemoryFiles.Find(cgroup, mountInfo);

    private void Group(string path, params (string File, string Text)[] files)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root.FullName, path)).FullName;
        foreach (var (file, text) in files)
            File.WriteAllText(Path.Combine(folder, file), text);
    }
}
