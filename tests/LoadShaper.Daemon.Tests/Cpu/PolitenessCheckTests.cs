using LoadShaper.Daemon.Cpu;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Cpu;

public class PolitenessCheckTests
{
    private static PolitenessReport Run(string machine, int cpus = 2) => new PolitenessCheck(Machine.Root(machine)).Run(cpus, 35);

    [Fact]
    public void A_service_of_default_weight_is_impolite_and_gets_the_setting_to_change()
    {
        var report = Run("e2-micro-5.15");

        Assert.Equal(PolitenessVerdict.Impolite, report.Verdict);
        Assert.Contains("CPUWeight=idle", Assert.Single(report.Findings).Remedy);
    }

    [Fact]
    public void A_pod_cannot_see_its_rank_on_the_node_and_gets_a_finding_about_its_CPU_limit()
    {
        var report = Run("a1-flex-uek-5.15");

        Assert.Equal(PolitenessVerdict.Unknown, report.Verdict);
        Assert.Contains("cannot see above", report.Findings[0].Problem);
        Assert.Contains("limits.cpu", report.Findings[1].Remedy);
        Assert.Equal(0.2, new PolitenessCheck(Machine.Root("a1-flex-uek-5.15")).ReadQuota());
    }

    [Fact]
    public void A_CPU_limit_is_held_against_the_CPUs_of_the_machine_and_not_against_those_that_it_leaves()
    {
        var hardware = CpuHardware.OfThisMachine(64, Percent.Of(35), new PolitenessCheck(Machine.Root("docker-v1-5.10")));

        Assert.Contains(hardware.Politeness().Findings, finding => finding.Problem.Contains("35 % of 64 CPUs takes 22.4", StringComparison.Ordinal));
    }

    [Fact]
    public void A_container_of_two_shares_cannot_see_above_itself_under_cgroup_version_1()
    {
        Assert.Equal(PolitenessVerdict.Unknown, Run("docker-v1-5.10").Verdict);
        Assert.Contains("cannot see above", Run("docker-v1-5.10").Findings[0].Problem);
        Assert.Equal(0.5, new PolitenessCheck(Machine.Root("docker-v1-5.10")).ReadQuota());
    }

    [Fact]
    public void A_shell_in_the_root_group_shares_its_session_and_gets_that_finding()
    {
        var report = Run("vm-6.18");

        Assert.Equal(PolitenessVerdict.Impolite, report.Verdict);
        Assert.Contains("autogroup", Assert.Single(report.Findings).Problem);
    }

    [Fact]
    public void An_old_kernel_without_sessions_ranks_us_by_thread()
    {
        Assert.Equal(PolitenessVerdict.Polite, Run("el6-2.6.32", cpus: 1).Verdict);
    }

    [Fact]
    public void Nothing_to_read_is_unknown()
    {
        Assert.Equal(PolitenessVerdict.Unknown, Run("no-such-machine").Verdict);
    }

    [Theory]
    [InlineData("100", PolitenessVerdict.Impolite)]
    [InlineData("1", PolitenessVerdict.Polite)]
    public void What_counts_against_the_rest_of_the_machine_is_the_outermost_group(string weightOfTheSlice, PolitenessVerdict verdict)
    {
        Copied("e2-micro-5.15", root =>
        {
            var service = Directory.EnumerateFiles(root, "cpu.weight", SearchOption.AllDirectories).MaxBy(file => file.Length)!;
            File.WriteAllText(service, "1\n");
            var slice = Path.GetDirectoryName(Path.GetDirectoryName(service))!;
            File.WriteAllText(Path.Join(slice, "cpu.weight"), weightOfTheSlice + "\n");
            File.WriteAllText(Path.Join(slice, "cpu.max"), "30000 100000\n");

            Assert.Equal(verdict, new PolitenessCheck(root).Run(2, 10).Verdict);
            Assert.Equal(0.3, new PolitenessCheck(root).ReadQuota());
        });
    }

    [Fact]
    public void The_unit_of_deploy_is_polite_at_any_weight_in_a_slice_that_it_has_alone()
    {
        Copied("e2-micro-5.15", root =>
        {
            var cgroups = Path.Join(root, "sys/fs/cgroup");
            Directory.Move(Path.Join(cgroups, "system.slice"), Path.Join(cgroups, "loadshaper.slice"));
            File.WriteAllText(Path.Join(root, "proc/self/cgroup"), "0::/loadshaper.slice/loadshaper.service\n");
            File.WriteAllText(Path.Join(cgroups, "loadshaper.slice/cpu.weight"), "1\n");
            File.WriteAllText(Path.Join(cgroups, "loadshaper.slice/cpu.idle"), "1\n");

            Assert.Equal(PolitenessVerdict.Polite, new PolitenessCheck(root).Run(2, 10).Verdict);

            Directory.CreateDirectory(Path.Join(cgroups, "loadshaper.slice/another.service"));

            Assert.Equal(PolitenessVerdict.Impolite, new PolitenessCheck(root).Run(2, 10).Verdict);
        });
    }

    [Fact]
    public void A_session_of_our_own_is_given_the_lowest_rank()
    {
        Copied("vm-6.18", root =>
        {
            File.WriteAllText(Path.Join(root, "proc/self/stat"), "4711 (loadshaper) S 1 4711 4711 0\n");

            new PolitenessCheck(root).Run(2, 35);
            Assert.Equal("/autogroup-7 nice 0\n", File.ReadAllText(Path.Join(root, "proc/self/autogroup")));

            Assert.Equal(PolitenessVerdict.Polite, new PolitenessCheck(root).RunAndLowerSession(2, 35).Verdict);
            Assert.Equal("19", File.ReadAllText(Path.Join(root, "proc/self/autogroup")));
        });
    }

    private static void Copied(string machine, Action<string> test)
    {
        var root = Directory.CreateTempSubdirectory("loadshaper-machine-").FullName;
        try
        {
            foreach (var file in Directory.EnumerateFiles(Machine.Root(machine), "*", SearchOption.AllDirectories))
            {
                var copy = Path.Join(root, Path.GetRelativePath(Machine.Root(machine), file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            test(root);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void This_machine_itself_gets_an_answer()
    {
        Assert.NotEqual(PolitenessVerdict.Unknown, new PolitenessCheck().Run(2, 35).Verdict);
    }
}
