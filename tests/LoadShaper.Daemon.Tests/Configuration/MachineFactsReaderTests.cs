using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>Machines as the kernel and Oracle's images show them, below a root of their own.</summary>
public sealed class MachineFactsReaderTests
{
    // As an E2.1.Micro shows itself: two CPUs, a little less than 1 GB, QEMU with Oracle's chassis tag.
    private static readonly (string, string)[] Micro =
    [
        ("sys/class/dmi/id/sys_vendor", "QEMU\n"),
        ("sys/class/dmi/id/chassis_asset_tag", "OracleCloud.com\n"),
        ("sys/devices/system/cpu/online", "0-1\n"),
        ("proc/meminfo", "MemTotal:         978180 kB\nMemFree:          101132 kB\nMemAvailable:     412004 kB\n"),
    ];

    [Fact]
    public void The_real_E2_1_Micro_is_recognised()
    {
        using var machine = new FileTree(Micro);
        var facts = new MachineFactsReader(machine.Root, "x86_64").Read();

        Assert.Equal(new MachineFacts("x86_64", 2, ByteSize.FromKiB(978180), "DMI chassis tag"), facts);
        var shape = ShapePolicy.Decide(facts);
        Assert.Equal(("VM.Standard.E2.1.Micro", "e2-1-micro.env", ShapeFamily.E2), (shape.Name, shape.Template, shape.Family));
    }

    [Theory]
    [InlineData("sys/class/dmi/id/chassis_asset_tag", "OracleCloud.com", "DMI chassis tag")]
    [InlineData("sys/class/dmi/id/sys_vendor", "Oracle Corporation", "DMI vendor")]
    [InlineData("etc/oci-hostname.conf", "PRESERVE_HOSTINFO=0", "/etc/oci-hostname.conf")]
    [InlineData("etc/oracle-cloud-agent/agent.yml", "", "/etc/oracle-cloud-agent")]
    [InlineData("opt/oci-hpc/x", "", "/opt/oci-hpc")]
    [InlineData("var/lib/cloud/data/instance-id", "ocid1.instance.oc1.iad.anuwcljt", "cloud-init instance-id")]
    public void Each_sign_of_Oracle_is_enough(string file, string text, string sign)
    {
        using var machine = new FileTree((file, text));
        Assert.Equal(sign, new MachineFactsReader(machine.Root).Read().OracleSign);
    }

    [Theory]
    [InlineData("sys/class/dmi/id/sys_vendor", "Amazon EC2")]
    [InlineData("sys/class/dmi/id/chassis_asset_tag", "No Asset Tag")]
    [InlineData("var/lib/cloud/data/instance-id", "i-0abcdef1234567890")]
    public void A_machine_of_another_cloud_is_not_taken_for_Oracle(string file, string text)
    {
        using var machine = new FileTree((file, text));
        Assert.Null(new MachineFactsReader(machine.Root).Read().OracleSign);
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("0-3", 4)]
    [InlineData("0-1,4,6-7", 5)]
    public void Online_CPUs_are_counted_over_their_ranges(string online, int cpus)
    {
        using var machine = new FileTree(("sys/devices/system/cpu/online", online + "\n"));
        Assert.Equal(cpus, new MachineFactsReader(machine.Root).Read().Cpus);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("3-1")]
    [InlineData("0-1-2")]
    public void Where_the_kernel_does_not_say_the_CPUs_of_this_process_count(string online)
    {
        using var machine = new FileTree(("sys/devices/system/cpu/online", online));
        Assert.Equal(Environment.ProcessorCount, new MachineFactsReader(machine.Root).Read().Cpus);
    }

    [Fact]
    public void Nothing_readable_is_a_generic_machine_and_not_an_error()
    {
        using var empty = new FileTree();
        var facts = new MachineFactsReader(empty.Root, "x86_64").Read();
        Assert.Equal((ByteSize.Zero, null), (facts.Memory, facts.OracleSign));
        Assert.StartsWith("Generic-", ShapePolicy.Decide(facts).Name);
    }

    [Fact]
    public void This_machine_can_be_read()
    {
        var facts = new MachineFactsReader().Read();
        Assert.True(facts.Cpus > 0);
        Assert.True(facts.Memory > ByteSize.Zero);
        Assert.Contains(facts.Architecture, (string[])["x86_64", "aarch64"]);
    }
}
