using System.Net.NetworkInformation;
using LoadShaper.Cli.Doctor;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Network;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Daemon.Tests.Configuration;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Settings;
using Microsoft.Data.Sqlite;
using Xunit;

namespace LoadShaper.Cli.Tests.FieldCases;

/// <summary>Machines and data directories of the field, as the doctor sees them.</summary>
public sealed class DoctorCaseTests
{
    [Theory]
    [InlineData("journal.db", "journal.db is a directory")]
    [InlineData("journal.db-shm", "journal.db-shm is a directory")]
    [InlineData("journal.db-wal", "journal.db-wal is a directory")]
    public void A_directory_in_the_place_of_a_database_file_fails(string name, string found)
    {
        using var tree = new FileTree(($"{name}/inside", ""));
        var result = DatabaseChecks.Database("journal", tree["journal.db"]);
        Assert.Equal((CheckStatus.Fail, found), (result.Status, result.Found));
    }

    [Fact]
    public void The_same_holds_for_the_samples()
    {
        using var tree = new FileTree(("metrics.db/inside", ""));
        Assert.Equal(CheckStatus.Fail, DatabaseChecks.Database("samples", tree["metrics.db"]).Status);
    }

    [Fact]
    public void A_symbolic_link_to_nothing_fails()
    {
        using var tree = new FileTree();
        File.CreateSymbolicLink(tree["journal.db"], "/nowhere/journal.db");
        Assert.Contains("symbolic link to /nowhere/journal.db", DatabaseChecks.Database("journal", tree["journal.db"]).Found);
    }

    [Fact]
    public async Task Without_netlink_sockets_the_peers_are_checked_without_own_addresses()
    {
        var network = new NetworkSettings { Peers = [new NetworkPeer("10.0.0.3")] };
        var results = await NetworkChecks.PeersAsync(network, (_, _) => throw new InvalidOperationException(), () => null);
        Assert.Equal([CheckStatus.Pass, CheckStatus.Warn], results.Select(r => r.Status));
        Assert.Contains("AF_NETLINK", results[1].Fix);
    }

    [Fact]
    public async Task Without_peers_own_addresses_are_not_asked_for() =>
        Assert.Equal(CheckStatus.Pass, Assert.Single(await NetworkChecks.PeersAsync(new NetworkSettings(), (_, _) => throw new InvalidOperationException(), () => throw new NetworkInformationException(97))).Status);

    [Fact]
    public async Task After_an_exception_in_one_check_all_others_are_done()
    {
        using var data = new FileTree();
        var environment = Machines.Env($"PERSISTENCE_DIR={data.Root}");
        var reader = SettingsReader.For();
        var broken = Machines.Generic with { Warnings = null! };
        var results = await new Examination("/", environment, DateTimeOffset.UtcNow)
            .RunAsync(new LoadedConfiguration(broken, reader.Read(environment, Machines.Generic), reader.ReadEarly(environment)));

        Assert.StartsWith("this check failed: ", Assert.Single(results, result => result.Name == "shape").Found);
        Assert.Contains(results, result => result.Name == "health port");
    }

    [Fact]
    public void An_exception_in_a_check_is_its_result()
    {
        var result = Examination.Failed("peers", new NetworkInformationException(97));
        Assert.Equal(("peers", CheckStatus.Warn), (result.Name, result.Status));
        Assert.StartsWith("this check failed: NetworkInformationException: ", result.Found);
    }

    [Fact]
    public void SCHED_IDLE_that_is_refused_is_a_warning_and_a_finding_at_start()
    {
        var result = LimitChecks.LowestRank(() => "Operation not permitted");
        Assert.Equal(CheckStatus.Warn, result.Status);
        Assert.Contains("SCHED_IDLE refused (Operation not permitted)", result.Found);
        Assert.Contains("nice 19", ThreadRank.Try(() => "Operation not permitted")!.Problem);
        Assert.Null(ThreadRank.Try(() => null));
    }

    [Fact]
    public async Task Counters_that_stay_zero_fail()
    {
        using var tree = new FileTree(
            ("proc/stat", await File.ReadAllTextAsync(FieldCase.PathOf("gvisor-zeros", "stat.before"))), ("proc/meminfo", "MemTotal: 978180 kB\nMemFree: 101132 kB\n"));
        var result = await MachineChecks.ProcAsync(Proc(tree), cpus: 1, async _ =>
            tree.Write("proc/stat", await File.ReadAllTextAsync(FieldCase.PathOf("gvisor-zeros", "stat.after"))));
        Assert.Equal(CheckStatus.Fail, result.Status);
        Assert.Contains("does not count CPU time", result.Found);
    }

    [Fact]
    public async Task Counters_that_do_not_advance_fail_and_one_that_moves_late_passes()
    {
        using var tree = new FileTree(("proc/stat", "cpu  7 0 5 900 1 0 0 0 0 0\ncpu0 7 0 5 900 1 0 0 0 0 0\n"), ("proc/meminfo", "MemTotal: 978180 kB\nMemFree: 101132 kB\n"),
            ("proc/loadavg", "0.10 0.20 0.30 1/200 300\n"), ("proc/self/schedstat", "1 2 3\n"));
        Assert.Equal(CheckStatus.Fail, (await MachineChecks.ProcAsync(Proc(tree), cpus: 1, _ => Task.CompletedTask)).Status);

        var looks = 0;
        var late = await MachineChecks.ProcAsync(Proc(tree), cpus: 1, _ =>
        {
            if (++looks == 5)
                tree.Write("proc/stat", "cpu  7 0 5 901 1 0 0 0 0 0\ncpu0 7 0 5 901 1 0 0 0 0 0\n");
            return Task.CompletedTask;
        });
        Assert.Equal(CheckStatus.Pass, late.Status);
    }

    [Fact]
    public async Task A_stat_of_lxcfs_that_shows_other_CPUs_than_the_machine_is_a_warning()
    {
        using var tree = new FileTree(("proc/stat", "cpu  7 0 5 900 1 0 0 0 0 0\ncpu0 7 0 5 900 1 0 0 0 0 0\n"), ("proc/meminfo", "MemTotal: 978180 kB\nMemFree: 101132 kB\n"));
        var idle = 900;
        var result = await MachineChecks.ProcAsync(Proc(tree), cpus: 4, _ =>
        {
            idle++;
            tree.Write("proc/stat", $"cpu  7 0 5 {idle} 1 0 0 0 0 0\ncpu0 7 0 5 {idle} 1 0 0 0 0 0\n");
            return Task.CompletedTask;
        });
        Assert.Equal(CheckStatus.Warn, result.Status);
        Assert.Contains("/proc/stat shows 1 CPUs, but the machine has 4", result.Found);
    }

    [Fact]
    public void A_cpuset_that_keeps_the_target_out_of_reach_fails_and_names_the_CPUs()
    {
        var result = LimitChecks.UsableCpus(new CpuReach([3], 8, null), new LoadShaperSettings());
        Assert.Equal(CheckStatus.Fail, result.Status);
        Assert.Contains("1 of 8 CPUs (3), 12.5 % of the machine", result.Found);
        Assert.Contains("cpuset", result.Fix);
    }

    [Theory]
    [InlineData(1, 2, CheckStatus.Pass)]
    [InlineData(1, 4, CheckStatus.Warn)]
    [InlineData(1, 6, CheckStatus.Fail)]
    [InlineData(0, 4, CheckStatus.Warn)]
    public void Usable_CPUs_are_held_against_the_target(int usable, int machine, object status) =>
        Assert.Equal(status, LimitChecks.UsableCpus(new CpuReach(Enumerable.Range(0, usable).ToArray(), machine, null), new LoadShaperSettings()).Status);

    [Fact]
    public void Memory_as_the_protection_makes_too_few_CPUs_a_warning() =>
        Assert.Equal(CheckStatus.Warn, LimitChecks.UsableCpus(new CpuReach([0], 8, null), new LoadShaperSettings { Protect = ProtectWith.Memory }).Status);

    [Theory]
    [InlineData("link/loadshaper")]
    [InlineData("second/loadshaper")]
    [InlineData("run/loadshaper")]
    public void A_directory_in_memory_is_found_through_symbolic_links(string path)
    {
        using var tree = new FileTree(("run/loadshaper/x", ""));
        // As /var/run -> ../run; and a link to a link, absolute.
        File.CreateSymbolicLink(tree["link"], "run");
        File.CreateSymbolicLink(tree["second"], tree["link"]);
        tree.Write("proc/self/mountinfo", $"1 0 98:0 / / rw - ext4 /dev/sda1 rw\n2 1 0:5 / {RealPath.Of(tree.Root)}/run rw - tmpfs tmpfs rw\n");

        Assert.Contains("is in memory (tmpfs)", DataVolume.Validate(tree.Root, tree[path]));
        Assert.Equal(CheckStatus.Fail, StorageChecks.Kept(tree.Root, Machines.Env(), tree[path]).Status);
    }

    [Fact]
    public void A_loop_of_links_and_a_missing_path_end()
    {
        using var tree = new FileTree();
        File.CreateSymbolicLink(tree["a"], "b");
        File.CreateSymbolicLink(tree["b"], "a");
        Assert.StartsWith("/", RealPath.Of(tree["a/x"]));
        Assert.Equal(Path.Join(RealPath.Of(tree.Root), "missing", "x"), RealPath.Of(tree["missing/y/../x"]));
    }

    [Theory]
    [InlineData(10, 10 | (21 << 8))]
    [InlineData(10, 10 | (20 << 8))]
    [InlineData(10, 10 | (15 << 8))]
    [InlineData(15, 15)]
    public void A_file_system_without_shared_memory_or_locks_is_named_as_the_cause(int code, int extended)
    {
        var refused = new SqliteException("disk I/O error", code, extended);
        Assert.True(DatabaseAdvice.IsWithoutWal(refused));
        Assert.Contains("does not support SQLite's WAL mode", DatabaseAdvice.Found("/data/journal.db", refused));
        Assert.Contains("local disk", DatabaseAdvice.Fix("/data/journal.db", refused));
        Assert.Equal(CheckStatus.Fail, StorageChecks.Wal("/data", _ => refused).Status);
    }

    [Theory]
    [InlineData(13, 13, "free some disk space")]
    [InlineData(10, 10 | (19 << 8), "free some disk space")]
    [InlineData(10, 10, "check the disk")]
    [InlineData(14, 14, "owner and permissions")]
    [InlineData(8, 8, "owner and permissions")]
    [InlineData(5, 5, "another program")]
    public void Every_other_refusal_of_SQLite_has_advice_of_its_own(int code, int extended, string fix)
    {
        var refused = new SqliteException("error", code, extended);
        Assert.False(DatabaseAdvice.IsWithoutWal(refused));
        Assert.Contains(fix, DatabaseAdvice.Fix("/data/journal.db", refused));
    }

    [Fact]
    public void A_file_system_that_answers_with_another_mode_is_named_too() =>
        Assert.Contains("'delete'", StorageChecks.Wal("/data", _ => new NoWalException("delete")).Found);

    [Fact]
    public void WAL_is_tried_on_a_real_directory_and_leaves_nothing()
    {
        using var tree = new FileTree();
        Assert.Equal(CheckStatus.Pass, StorageChecks.Wal(tree.Root, WalProbe.Refusal).Status);
        Assert.Empty(Directory.GetFileSystemEntries(tree.Root));
        Assert.NotNull(WalProbe.Refusal(tree["missing"]));
    }

    [Fact]
    public void A_user_without_a_passwd_entry_is_named_by_number()
    {
        Assert.Equal("12345", ProcessUser.NameOr(() => "", 12345));
        Assert.Equal("12345", ProcessUser.NameOr(() => throw new IOException("no passwd"), 12345));
        Assert.Equal("opc", ProcessUser.NameOr(() => "opc", 12345));
        Assert.Contains($"chown {ProcessUser.Name} /no/such/place", new DataDirectory("/no/such/place").Validate()!.Fix);
    }

    [Fact]
    public void An_alternative_name_of_an_interface_is_answered_with_its_own()
    {
        using var tree = new FileTree(("proc/net/dev", "Inter-|   Receive  |  Transmit\n face |bytes\n  ens3: 1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0\n"));
        var network = new NetworkSettings { ContainerInterface = "enp0s3" };
        var result = InterfaceChecks.Interface(Proc(tree), network, [], name => name == "enp0s3" ? "ens3" : null);
        Assert.Equal((CheckStatus.Warn, "set NET_IFACE_INNER=ens3"), (result.Status, result.Fix));
        Assert.Contains("alternative name of ens3", result.Found);
    }

    [Fact]
    public void The_kernel_knows_the_interfaces_of_this_machine()
    {
        Assert.Equal("lo", InterfaceNames.OfThisMachine("lo"));
        Assert.Null(InterfaceNames.OfThisMachine("no-such-if"));
    }

    [Fact]
    public void The_interface_is_shown_with_the_reason_it_was_chosen()
    {
        using var tree = new FileTree(
            ("proc/net/dev", "Inter-|   Receive  |  Transmit\n face |bytes\n  enp0s6: 1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0\n"),
            ("proc/net/route", "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\nenp0s6\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"));
        var reading = SettingsReader.For().Read(Machines.Env(), Machines.Generic, DetectedInterfaces.Read(tree.Root));
        Assert.Equal("enp0s6 exists (default route)", InterfaceChecks.Interface(Proc(tree), reading.Settings!.Network, reading.Values, _ => null).Found);

        var own = SettingsReader.For().Read(Machines.Env("NET_IFACE_INNER=eth9"), Machines.Generic, DetectedInterfaces.Read(tree.Root));
        Assert.Equal("eth9", own.Settings!.Network.Watch.Interface);
    }

    [Theory]
    [InlineData("1 0 254:0 / / rw - ext4 /dev/vda rw", ".dockerenv", "kthreadd", CheckStatus.Pass)]
    [InlineData("1 0 254:0 / / rw - ext4 /dev/vda rw", "etc/hostname", "kthreadd", CheckStatus.Pass)]
    [InlineData("1 0 254:0 / / rw - xfs /dev/mapper/ocivolume-root rw", "etc/hostname", "loadshaper", CheckStatus.Pass)]
    [InlineData("1 0 254:0 / / rw - ext4 /dev/vda rw", ".dockerenv", "sh", CheckStatus.Warn)]
    [InlineData("1 0 0:50 / / rw - overlay overlay rw", "run/.containerenv", "kthreadd", CheckStatus.Fail)]
    public void A_plain_host_passes_without_a_mount_of_its_own(string mount, string sign, string second, object status)
    {
        using var root = new FileTree((sign, ""), ("proc/2/comm", second + "\n"), ("proc/self/mountinfo", mount + "\n"));
        Assert.Equal(status, StorageChecks.Kept(root.Root, Machines.Env(), "/var/lib/loadshaper").Status);
    }

    private static ProcFs Proc(FileTree tree) => new(tree["proc"], tree["sys"], tree["host/proc"]);
}
