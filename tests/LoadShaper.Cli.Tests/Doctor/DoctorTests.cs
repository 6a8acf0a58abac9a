using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadShaper.Cli.Doctor;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Daemon.Tests.Configuration;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;
using LoadShaper.Journal;
using Xunit;

namespace LoadShaper.Cli.Tests.Doctor;

/// <summary>Each check of the doctor, passed and failed.</summary>
public sealed class DoctorTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly NetworkSettings WithPeer = new() { Peers = [new NetworkPeer("peer.internal")] };

    [Fact]
    public void Every_problem_and_warning_of_the_settings_is_a_result()
    {
        var reading = SettingsReader.For().Read(Machines.Env("NET_MODE=mesh", "CPU_P95_SETPIONT=1"), Machines.Generic);
        var results = SettingsChecks.Settings(reading).ToArray();
        Assert.Equal([CheckStatus.Fail, CheckStatus.Warn], results.Select(r => r.Status));
        Assert.Equal("environment: NET_MODE=mesh is not one of off, client, server, both", results[0].Found);

        Assert.Equal(CheckStatus.Pass, Assert.Single(SettingsChecks.Settings(SettingsReader.For().Read(Machines.Env(), Machines.Generic))).Status);
    }

    [Fact]
    public void What_was_given_never_breaks_the_line_or_the_terminal()
    {
        var reading = SettingsReader.For().Read(Machines.Env("NET_PEERS=a\u001b[31m\nb"), Machines.Generic);
        var result = Assert.Single(SettingsChecks.Settings(reading));
        Assert.DoesNotContain(result.Found, char.IsControl);
        Assert.DoesNotContain(SettingsReport.Problems(reading.Problems), c => char.IsControl(c) && c != '\n');
        Assert.Equal(3, SettingsReport.Problems(reading.Problems).Count(c => c == '\n'));
    }

    [Fact]
    public void A_shape_beyond_Always_Free_is_a_warning()
    {
        Assert.Equal(CheckStatus.Pass, Assert.Single(SettingsChecks.Shape(Machines.Micro)).Status);
        var big = ShapePolicy.Decide(new MachineFacts("aarch64", 4, ByteSize.FromMiB(24_000), "DMI chassis tag"));
        Assert.Equal(CheckStatus.Warn, Assert.Single(SettingsChecks.Shape(big)).Status);
    }

    [Theory]
    [InlineData("127.0.0.1", 0, "127.0.0.1: this machine only")]
    [InlineData("::1", 0, "::1: this machine only")]
    [InlineData("10.0.0.5", 0, "10.0.0.5: every host that reaches this private address can read /health and /metrics without a login; open the port only to your monitoring")]
    [InlineData("0.0.0.0", 1, "0.0.0.0: every host that reaches this machine can read /health and /metrics without a login")]
    [InlineData("::", 1, ":::")]
    [InlineData("8.8.8.8", 1, "8.8.8.8: every host that reaches this machine can read /health and /metrics without a login")]
    public void An_address_that_others_reach_is_named(string host, int status, string found)
    {
        var result = NetworkChecks.Exposure(new HealthSettings { Host = host });

        Assert.Equal((CheckStatus)status, result.Status);
        Assert.StartsWith(found, result.Found, StringComparison.Ordinal);
        Assert.Equal(status == 0, result.Fix == "");
        Assert.Equal(CheckStatus.Pass, NetworkChecks.Exposure(new HealthSettings { Host = host, Enabled = false }).Status);
    }

    [Fact]
    public void The_limits_of_the_HTTP_server_are_shown()
    {
        Assert.Equal("100 requests at once, 2000 a minute, 1024 MiB, 200 % CPU; warnings from 80 %", NetworkChecks.Limits(new HealthSettings()).Found);
    }

    [Fact]
    public void Targets_protect_when_one_of_them_is_above_20()
    {
        var low = new LoadShaperSettings { Cpu = new() { SetPoint = Percent.Of(20) }, Memory = new() { Target = Percent.Of(30) } };
        Assert.Equal(CheckStatus.Pass, SettingsChecks.Rule(new LoadShaperSettings(), ShapeFamily.E2).Status);
        Assert.Equal(CheckStatus.Fail, SettingsChecks.Rule(low, ShapeFamily.E2).Status);
        Assert.Equal("target above 20 %: memory (CPU, memory and network count, one is enough)", SettingsChecks.Rule(low, ShapeFamily.A1).Found);
    }

    [Fact]
    public void A_data_directory_that_is_missing_fails()
    {
        using var tree = new FileTree();
        Assert.Equal(CheckStatus.Pass, StorageChecks.Writable(new DataDirectory(tree.Root)).Status);
        Assert.Equal(CheckStatus.Fail, StorageChecks.Writable(new DataDirectory(tree["missing"])).Status);
    }

    [Theory]
    [InlineData("/ / rw - overlay overlay rw", CheckStatus.Fail, "is not a volume")]
    [InlineData("/ /data rw - tmpfs tmpfs rw", CheckStatus.Fail, "is in memory")]
    [InlineData("/ / rw - ext4 /dev/sda1 rw", CheckStatus.Warn, "is not a mount of its own")]
    [InlineData("/v /data rw - ext4 /dev/sda1 rw", CheckStatus.Pass, "is kept on /data (ext4)")]
    public void In_a_container_the_data_directory_must_be_a_volume(string mount, object status, string found)
    {
        using var root = new FileTree((".dockerenv", ""), ("proc/self/mountinfo", $"36 35 98:0 {mount}\n"));
        var result = StorageChecks.Kept(root.Root, Machines.Env(), "/data");
        Assert.Equal(status, result.Status);
        Assert.Contains(found, result.Found);
    }

    [Fact]
    public void Outside_a_container_the_root_file_system_will_do()
    {
        using var root = new FileTree(("proc/self/mountinfo", "36 35 98:0 / / rw - ext4 /dev/sda1 rw\n"));
        Assert.Equal(CheckStatus.Pass, StorageChecks.Kept(root.Root, Machines.Env(), "/data").Status);
        Assert.Equal(CheckStatus.Warn, StorageChecks.Kept(root.Root, Machines.Env("KUBERNETES_SERVICE_HOST=10.96.0.1"), "/data").Status);
    }

    [Theory]
    [InlineData(199, 400, CheckStatus.Fail)]
    [InlineData(200, 1000, CheckStatus.Pass)]
    [InlineData(10_000, 50_001, CheckStatus.Warn)]
    public void Free_space_must_be_200_MiB_and_should_be_a_fifth(long freeMiB, long totalMiB, object status) =>
        Assert.Equal(status, StorageChecks.Space(freeMiB << 20, totalMiB << 20).Status);

    [Fact]
    public void A_lock_that_is_held_is_a_warning_and_a_free_one_leaves_no_trace()
    {
        using var tree = new FileTree();
        Assert.Equal(CheckStatus.Pass, StorageChecks.Lock(tree.Root).Status);
        Assert.Empty(Directory.GetFiles(tree.Root));

        using (InstanceLock.TryAcquire(tree.Root))
            Assert.Equal(CheckStatus.Warn, StorageChecks.Lock(tree.Root).Status);
        Assert.Equal(CheckStatus.Pass, StorageChecks.Lock(tree.Root).Status);
    }

    [Fact]
    public void A_damaged_database_fails_and_a_sound_or_missing_one_passes()
    {
        using var tree = new FileTree(("damaged.db", new string('x', 8192)));
        Assert.Equal(CheckStatus.Pass, DatabaseChecks.Database("journal", tree["missing.db"]).Status);
        Assert.Null(SqliteFile.Prepare(tree["sound.db"]));
        using (var connection = SqliteFile.Open(tree["sound.db"]))
            SqliteFile.Execute(connection, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");

        Assert.Equal(CheckStatus.Pass, DatabaseChecks.Database("journal", tree["sound.db"]).Status);
        Assert.Equal(CheckStatus.Fail, DatabaseChecks.Database("journal", tree["damaged.db"]).Status);
    }

    [Fact]
    public void A_clock_before_this_program_or_before_its_own_files_is_wrong()
    {
        using var tree = new FileTree(("journal.db", ""));
        File.SetLastWriteTimeUtc(tree["journal.db"], Now.UtcDateTime);

        Assert.Equal(CheckStatus.Fail, MachineChecks.Clock(DateTimeOffset.UnixEpoch).Status);
        Assert.Equal(CheckStatus.Warn, MachineChecks.Clock(Now.AddMinutes(-2), tree["journal.db"]).Status);
        Assert.Equal(CheckStatus.Pass, MachineChecks.Clock(Now, tree["journal.db"], tree["missing"]).Status);
    }

    [Fact]
    public async Task Proc_must_show_CPU_and_memory_and_should_show_load_and_run_queue_delay()
    {
        using var tree = new FileTree();
        var idle = 4;
        Assert.Equal(CheckStatus.Fail, (await Check()).Status);
        tree.Write("proc/stat", "cpu  1 2 3 4 5 6 7 8 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n");
        tree.Write("proc/meminfo", "MemTotal: 978180 kB\nMemFree: 101132 kB\n");
        Assert.Contains("loadavg", (await Check()).Found);
        tree.Write("proc/loadavg", "0.10 0.20 0.30 1/200 300\n");
        Assert.Equal(CheckStatus.Warn, (await Check()).Status);
        tree.Write("proc/self/schedstat", "1 2 3\n");
        Assert.Equal(CheckStatus.Pass, (await Check()).Status);

        Task<CheckResult> Check() => MachineChecks.ProcAsync(Proc(tree), cpus: 1, _ =>
        {
            idle++;
            tree.Write("proc/stat", $"cpu  1 2 3 {idle} 5 6 7 8 0 0\ncpu0 1 2 3 {idle} 5 6 7 8 0 0\n");
            return Task.CompletedTask;
        });
    }

    [Fact]
    public void A_kernel_without_PSI_is_a_warning()
    {
        using var tree = new FileTree();
        Assert.Equal(CheckStatus.Warn, MachineChecks.Pressure(Proc(tree)).Status);
        tree.Write("proc/pressure/memory", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
        Assert.Equal(CheckStatus.Pass, MachineChecks.Pressure(Proc(tree)).Status);
    }

    [Fact]
    public void A_container_of_default_weight_with_a_CPU_limit_gets_both_findings()
    {
        using var root = new FileTree(
            ("proc/self/cgroup", "0::/\n"),
            ("proc/self/mountinfo", "36 35 98:0 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
            ("sys/fs/cgroup/cgroup.type", "domain\n"),
            ("sys/fs/cgroup/cpu.weight", "100\n"),
            ("sys/fs/cgroup/cpu.max", "50000 100000\n"));
        var results = LimitChecks.Politeness(root.Root, new LoadShaperSettings(), cpus: 2).ToArray();
        Assert.Equal(2, results.Length);
        Assert.All(results, r => Assert.Equal(CheckStatus.Warn, r.Status));

        root.Write("sys/fs/cgroup/cpu.weight", "1\n");
        root.Write("sys/fs/cgroup/cpu.max", "max 100000\n");
        var hidden = Assert.Single(LimitChecks.Politeness(root.Root, new LoadShaperSettings(), cpus: 2));
        Assert.Equal(CheckStatus.Warn, hidden.Status);
        Assert.Contains("cannot see above", hidden.Found);
    }

    [Fact]
    public void A_slice_of_its_own_at_the_top_level_passes()
    {
        using var root = new FileTree(
            ("proc/self/cgroup", "0::/loadshaper.slice/loadshaper.service\n"),
            ("proc/self/mountinfo", "36 35 98:0 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
            ("sys/fs/cgroup/loadshaper.slice/cpu.weight", "1\n"),
            ("sys/fs/cgroup/loadshaper.slice/loadshaper.service/cpu.weight", "100\n"));

        Assert.Equal(CheckStatus.Pass, Assert.Single(LimitChecks.Politeness(root.Root, new LoadShaperSettings(), cpus: 2)).Status);
    }

    [Fact]
    public void A_refused_rank_is_a_warning_and_not_an_end()
    {
        Assert.Equal(CheckStatus.Pass, LimitChecks.LowestRank(() => null).Status);
        var refused = LimitChecks.LowestRank(() => throw new InvalidOperationException("EPERM"));
        Assert.Equal((CheckStatus.Warn, "SCHED_IDLE refused: EPERM"), (refused.Status, refused.Found));
        Assert.Equal(CheckStatus.Warn, LimitChecks.LowestRank(() => "Operation not permitted").Status);
    }

    [Theory]
    [InlineData(0, 100, true, CheckStatus.Pass)]
    [InlineData(30, 2999, false, CheckStatus.Warn)]
    [InlineData(30, 3000, false, CheckStatus.Pass)]
    [InlineData(30, null, false, CheckStatus.Pass)]
    [InlineData(30, null, true, CheckStatus.Warn)]
    public void A_memory_limit_must_leave_room_for_the_target_and_an_OOM_kill_must_leave_the_daemon(
        double target, int? limitMiB, bool diesAsOne, object status)
    {
        var settings = new LoadShaperSettings { Memory = new MemorySettings { Target = Percent.Of(target) } };
        ByteSize? limit = limitMiB is { } mib ? ByteSize.FromMiB(mib) : null;
        Assert.Equal(status, LimitChecks.Memory(limit, diesAsOne, settings, ByteSize.FromMiB(10_000)).Status);
    }

    [Fact]
    public async Task Without_peers_no_name_is_looked_up() =>
        Assert.Equal(CheckStatus.Pass, Assert.Single(await NetworkChecks.PeersAsync(new NetworkSettings(), (_, _) => throw new InvalidOperationException(), OwnSet)).Status);

    [Theory]
    [InlineData("10.0.0.3", CheckStatus.Pass)]
    [InlineData("10.0.0.2", CheckStatus.Fail)]
    [InlineData("127.0.0.1", CheckStatus.Fail)]
    [InlineData("::1", CheckStatus.Fail)]
    [InlineData("255.255.255.255", CheckStatus.Fail)]
    [InlineData("203.0.113.7", CheckStatus.Fail)]
    public async Task A_peer_must_be_another_machine(string address, object status)
    {
        var results = await NetworkChecks.PeersAsync(WithPeer, (_, _) => Task.FromResult(new[] { IPAddress.Parse(address) }), OwnSet);
        Assert.Equal(status, Assert.Single(results).Status);
    }

    [Fact]
    public async Task A_public_peer_needs_a_key_and_more_than_one_hop()
    {
        var keyed = WithPeer with { Key = new NetworkKey("the key of all machines") };
        var results = await NetworkChecks.PeersAsync(keyed, (_, _) => Task.FromResult(new[] { IPAddress.Parse("203.0.113.7") }), OwnSet);
        Assert.Equal((CheckStatus.Warn, "set NET_TTL=64 for external peers"), (Assert.Single(results).Status, results[0].Fix));

        Assert.Equal(CheckStatus.Pass, NetworkChecks.Key(keyed).Status);
        Assert.Equal(CheckStatus.Warn, NetworkChecks.Key(WithPeer).Status);
        Assert.Equal(CheckStatus.Pass, NetworkChecks.Key(new NetworkSettings()).Status);
    }

    [Fact]
    public async Task An_address_is_taken_literally_and_not_resolved()
    {
        var literal = new NetworkSettings { Peers = [new NetworkPeer("fd00::3")], Ipv6 = Ipv6Use.Never };
        var results = await NetworkChecks.PeersAsync(literal, (_, _) => throw new InvalidOperationException(), OwnSet);
        Assert.Equal((CheckStatus.Pass, "is fd00::3"), (Assert.Single(results).Status, results[0].Found));
    }

    [Fact]
    public async Task A_name_has_the_time_that_the_daemon_gives_it()
    {
        var results = await NetworkChecks.PeersAsync(WithPeer with { ValidationTimeout = TimeSpan.FromMilliseconds(10) }, async (_, patience) =>
        {
            await Task.Delay(Timeout.Infinite, patience);
            return [];
        }, OwnSet);
        Assert.Equal((CheckStatus.Fail, "cannot be resolved in 10 ms"), (Assert.Single(results).Status, results[0].Found));
        Assert.Contains("NET_VALIDATION_TIMEOUT_MS", results[0].Fix);
    }

    [Fact]
    public async Task A_private_peer_fails_where_external_ones_are_required()
    {
        var results = await NetworkChecks.PeersAsync(WithPeer with { RequireExternalPeers = true }, (_, _) => Task.FromResult(new[] { IPAddress.Parse("10.0.0.3") }), OwnSet);
        Assert.Equal(CheckStatus.Fail, Assert.Single(results).Status);
    }

    [Fact]
    public async Task A_peer_that_cannot_be_resolved_fails()
    {
        var unknown = await NetworkChecks.PeersAsync(WithPeer, (_, _) => throw new SocketException((int)SocketError.HostNotFound), OwnSet);
        var nobody = await NetworkChecks.PeersAsync(WithPeer, (_, _) => Task.FromResult(Array.Empty<IPAddress>()), OwnSet);
        var silent = await NetworkChecks.PeersAsync(WithPeer, (_, _) => throw new OperationCanceledException(), OwnSet);
        Assert.All((CheckResult[])[.. unknown, .. nobody, .. silent], r => Assert.Equal(CheckStatus.Fail, r.Status));
    }

    [Fact]
    public void An_interface_that_is_not_there_fails_only_where_traffic_is_meant()
    {
        using var tree = new FileTree(("proc/net/dev", "Inter-|   Receive  |  Transmit\n face |bytes\n  eth0: 1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0\n"));
        Assert.Equal(CheckStatus.Pass, InterfaceChecks.Interface(Proc(tree), WithPeer, [], _ => null).Status);
        Assert.Equal(CheckStatus.Fail, InterfaceChecks.Interface(Proc(tree), WithPeer with { SenseMode = NetworkSenseMode.Host }, [], _ => null).Status);
        Assert.Equal(CheckStatus.Warn, InterfaceChecks.Interface(Proc(tree), new NetworkSettings { ContainerInterface = "eth9" }, [], _ => null).Status);
    }

    [Fact]
    public void The_health_port_must_be_free_and_ours_to_listen_on()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;

        Assert.Equal(CheckStatus.Fail, NetworkChecks.Port(new HealthSettings { Port = taken }, running: false).Status);
        Assert.Equal(CheckStatus.Warn, NetworkChecks.Port(new HealthSettings { Port = taken }, running: true).Status);
        Assert.Equal(CheckStatus.Fail, NetworkChecks.Port(new HealthSettings { Host = "192.0.2.1" }, running: false).Status);
        Assert.Equal(CheckStatus.Warn, NetworkChecks.Port(new HealthSettings { Enabled = false }, running: false).Status);
        other.Stop();
        Assert.Equal(CheckStatus.Pass, NetworkChecks.Port(new HealthSettings { Port = taken }, running: false).Status);
    }

    [Fact]
    public async Task The_whole_examination_runs_on_this_machine()
    {
        using var data = new FileTree();
        var environment = Machines.Env($"PERSISTENCE_DIR={data.Root}");
        var reader = SettingsReader.For();
        var loaded = new LoadedConfiguration(Machines.Generic, reader.Read(environment, Machines.Generic), reader.ReadEarly(environment));
        var results = await new Examination("/", environment, DateTimeOffset.UtcNow).RunAsync(loaded);

        string[] looked = ["settings", "shape", "idle rule", "data directory", "data volume", "free space", "data file system", "instance lock", "journal", "samples",
            "clock", "/proc", "pressure (PSI)", "CPU rank", "usable CPUs", "SCHED_IDLE", "memory limit", "interface", "peers", "network key", "health port",
            "health exposure", "HTTP limits", "alerts", "fleet"];
        Assert.Equal(looked, results.Select(r => r.Name).Distinct());
        Assert.All(results, r => Assert.Equal(r.Status == CheckStatus.Pass, r.Fix == ""));
        Assert.Empty(Directory.GetFileSystemEntries(data.Root));
    }

    [Fact]
    public async Task With_a_broken_setting_the_rest_is_examined_all_the_same()
    {
        var environment = Machines.Env("PERSISTENCE_DIR=/no/such/place", "NET_MODE=mesh");
        var reader = SettingsReader.For();
        var loaded = new LoadedConfiguration(Machines.Generic, reader.Read(environment, Machines.Generic), reader.ReadEarly(environment));
        var results = await new Examination("/", environment, DateTimeOffset.UtcNow).RunAsync(loaded);

        string[] failed = [.. results.Where(r => r.Status == CheckStatus.Fail).Select(r => r.Name)];
        Assert.Contains("settings", failed);
        Assert.Contains("data directory", failed);
        Assert.Equal(2, DoctorCommand.ExitCodeOf(results));
    }

    [Fact]
    public async Task The_command_examines_the_directory_it_is_given()
    {
        using var data = new FileTree();
        using var output = new StringWriter();
        var code = await DoctorCommand.Create().Parse(["--json", "--data-dir", data.Root]).InvokeAsync(new InvocationConfiguration { Output = output });

        using var json = JsonDocument.Parse(output.ToString());
        var checks = json.RootElement.GetProperty("checks").EnumerateArray().ToArray();
        Assert.Contains(checks, c => c.GetProperty("found").GetString() == $"{data.Root} is writable");
        var worst = checks.Max(c => Enum.Parse<CheckStatus>(c.GetProperty("status").GetString()!, ignoreCase: true));
        Assert.Equal((int)worst, code);
    }

    [Fact]
    public void The_exit_code_is_that_of_the_worst_finding()
    {
        var (pass, warn, fail) = (CheckResult.Pass("a", "fine"), CheckResult.Warn("b", "meh", "do"), CheckResult.Fail("c", "bad", "mend"));
        Assert.Equal((0, 1, 2), (DoctorCommand.ExitCodeOf([pass]), DoctorCommand.ExitCodeOf([pass, warn]), DoctorCommand.ExitCodeOf([warn, fail, pass])));
    }

    [Fact]
    public void The_text_has_a_line_a_check_with_the_fix_under_it()
    {
        var text = DoctorCommand.Render([CheckResult.Pass("clock", "shows noon"), CheckResult.Fail("data directory", "is missing", "make it")]);
        Assert.Equal(
            """
            PASS  clock           shows noon
            FAIL  data directory  is missing
                                  Fix: make it

            1 passed, 0 warnings, 1 failure

            """.ReplaceLineEndings("\n"), text);
    }

    [Fact]
    public void The_json_counts_what_it_lists()
    {
        using var json = JsonDocument.Parse(DoctorCommand.RenderJson([CheckResult.Pass("clock", "shows noon"), CheckResult.Warn("b", "meh", "do")]));
        Assert.Equal((1, 1, 0), (json.RootElement.GetProperty("passed").GetInt32(), json.RootElement.GetProperty("warnings").GetInt32(), json.RootElement.GetProperty("failures").GetInt32()));
        Assert.Equal("WARN", json.RootElement.GetProperty("checks")[1].GetProperty("status").GetString());
    }

    private static ProcFs Proc(FileTree tree) => new(tree["proc"], tree["sys"], tree["host/proc"]);

    private static IReadOnlyCollection<IPAddress> OwnSet() => [IPAddress.Parse("10.0.0.2")];
}
