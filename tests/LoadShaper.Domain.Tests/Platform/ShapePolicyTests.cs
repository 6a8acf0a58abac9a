using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Platform;

/// <summary>Which shape a machine is taken for.</summary>
public sealed class ShapePolicyTests
{
    [Theory]
    [InlineData(2, 956, "VM.Standard.E2.1.Micro", "e2-1-micro.env")]
    [InlineData(1, 956, "VM.Standard.E2.1.Micro", "e2-1-micro.env")]
    [InlineData(2, 680, "VM.Standard.E2.1.Micro", "e2-1-micro.env")]
    [InlineData(2, 1950, "VM.Standard.E2.2.Micro", "e2-2-micro.env")]
    [InlineData(1, 1950, "Oracle-Unknown-E2-1CPU-1.9GB", "e2-1-micro.env")]
    [InlineData(4, 956, "Oracle-Unknown-E2-4CPU-0.9GB", "e2-1-micro.env")]
    [InlineData(2, 4096, "Oracle-Unknown-E2-2CPU-4.0GB", "e2-1-micro.env")]
    [InlineData(2, 0, "Oracle-Unknown-E2-2CPU-0.0GB", "e2-1-micro.env")]
    public void An_x86_VM_of_Oracle_up_to_4_GB_is_an_E2(int cpus, int mib, string name, string template)
    {
        var shape = ShapePolicy.Decide(Oracle("x86_64", cpus, mib));
        Assert.Equal((name, template, ShapeFamily.E2, true), (shape.Name, shape.Template, shape.Family, shape.IsOracle));
        Assert.Empty(shape.Warnings);
        Assert.Empty(shape.Scaled);
    }

    [Fact]
    public void An_x86_VM_of_Oracle_above_4_GB_takes_the_A1_template_but_is_judged_by_the_stricter_rule()
    {
        var shape = ShapePolicy.Decide(Oracle("x86_64", 4, 15000));
        Assert.Equal(("Oracle-Unknown-4CPU-14.6GB", "a1-flex-1.env", ShapeFamily.E2), (shape.Name, shape.Template, shape.Family));
        Assert.Contains("not an Always Free shape", Assert.Single(shape.Warnings));
    }

    [Theory]
    [InlineData(1, 5_920, "a1-flex-1.env", false)]
    [InlineData(2, 11_800, "a1-flex-2.env", false)]
    [InlineData(3, 17_700, "a1-flex-3.env", true)]
    [InlineData(4, 23_900, "a1-flex-4.env", true)]
    public void An_A1_on_the_grid_takes_its_template_as_it_is(int cpus, int mib, string template, bool warned)
    {
        var shape = ShapePolicy.Decide(Oracle("aarch64", cpus, mib));
        Assert.Equal(("VM.Standard.A1.Flex", template, ShapeFamily.A1), (shape.Name, shape.Template, shape.Family));
        Assert.Empty(shape.Scaled);
        Assert.Equal(warned ? 1 : 0, shape.Warnings.Count);
    }

    [Theory]
    [InlineData(1, 980, "a1-flex-1.env", "1000", "800", "256", "21")]
    [InlineData(1, 11_800, "a1-flex-1.env", "1000", "800", "1024", "256")]
    [InlineData(2, 3_900, "a1-flex-2.env", "2000", "1600", "341", "85")]
    [InlineData(2, 7_800, "a1-flex-2.env", "2000", "1600", "683", "171")]
    [InlineData(8, 47_900, "a1-flex-4.env", "8000", "6400", "4011", "1000")]
    [InlineData(80, 500_000, "a1-flex-4.env", "10000", "8000", "10000", "1000")]
    public void An_A1_off_the_grid_gets_its_template_scaled(int cpus, int mib, string template, string link, string rate, string reserve, string step)
    {
        var shape = ShapePolicy.Decide(Oracle("aarch64", cpus, mib));
        Assert.Equal(template, shape.Template);
        Assert.Equal((link, rate, reserve, step), (shape.Scaled["NET_LINK_MBIT"], shape.Scaled["NET_MAX_RATE_MBIT"], shape.Scaled["MEM_MIN_FREE_MB"], shape.Scaled["MEM_STEP_MB"]));
    }

    [Theory]
    [InlineData(2, 12, false)]
    [InlineData(1, 6, false)]
    [InlineData(3, 12, true)]
    [InlineData(2, 13, true)]
    [InlineData(4, 24, true)]
    public void More_than_2_OCPU_or_12_GB_of_A1_is_warned_of(double ocpus, double gb, bool warned)
    {
        var shape = ShapePolicy.Decide(Oracle("aarch64", 2, 11_800), new InstanceMetadata("VM.Standard.A1.Flex", ocpus, gb, ocpus));
        Assert.Equal(warned, shape.Warnings.Any(w => w.Contains("more than Always Free includes", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("x86_64", ShapeFamily.E2)]
    [InlineData("aarch64", ShapeFamily.A1)]
    [InlineData("riscv64", ShapeFamily.E2)]
    public void A_machine_outside_Oracle_is_judged_by_its_architecture_and_takes_the_defaults(string architecture, ShapeFamily family)
    {
        var shape = ShapePolicy.Decide(new MachineFacts(architecture, 4, ByteSize.FromMiB(8192), null));
        Assert.Equal(("Generic-4CPU-8.0GB", family, false, null), (shape.Name, shape.Family, shape.IsOracle, shape.Template));
    }

    [Fact]
    public void Metadata_wins_over_what_the_machine_looks_like()
    {
        var machine = new MachineFacts("x86_64", 2, ByteSize.FromMiB(11_800), null);
        Assert.Equal("e2-1-micro.env", ShapePolicy.Decide(machine, new InstanceMetadata("VM.Standard.E2.1.Micro", 1, 1, 0.48)).Template);
        Assert.Equal("a1-flex-1.env", ShapePolicy.Decide(machine, new InstanceMetadata("VM.Standard.A1.Flex", 1, 6, 1)).Template);
    }

    [Fact]
    public void Figures_that_Oracle_leaves_out_are_taken_from_the_machine()
    {
        var shape = ShapePolicy.Decide(Oracle("aarch64", 2, 7_800), new InstanceMetadata("VM.Standard.A1.Flex"));
        Assert.Equal(("a1-flex-2.env", "683"), (shape.Template, shape.Scaled["MEM_MIN_FREE_MB"]));
    }

    [Fact]
    public void A_bandwidth_of_its_own_is_exact_even_on_the_grid()
    {
        var shape = ShapePolicy.Decide(Oracle("aarch64", 2, 11_800), new InstanceMetadata("VM.Standard.A1.Flex", 2, 12, 1.5));
        Assert.Equal(["NET_LINK_MBIT=1500", "NET_MAX_RATE_MBIT=1200"], shape.Scaled.Select(s => $"{s.Key}={s.Value}").Order());
    }

    [Fact]
    public void A_Micro_keeps_the_bandwidth_of_its_template_which_is_that_towards_the_internet() =>
        Assert.Empty(ShapePolicy.Decide(Oracle("x86_64", 2, 956), new InstanceMetadata("VM.Standard.E2.1.Micro", 1, 1, 0.48)).Scaled);

    [Fact]
    public void A_paid_shape_is_reported_and_takes_the_defaults_with_its_bandwidth()
    {
        var shape = ShapePolicy.Decide(Oracle("x86_64", 2, 15_900), new InstanceMetadata("VM.Standard.E4.Flex", 1, 16, 1));
        Assert.Equal((null, ShapeFamily.E2, "1000"), (shape.Template, shape.Family, shape.Scaled["NET_LINK_MBIT"]));
        Assert.Contains("not an Always Free shape", Assert.Single(shape.Warnings));
    }

    private static MachineFacts Oracle(string architecture, int cpus, int mib) =>
        new(architecture, cpus, ByteSize.FromMiB(mib), "DMI chassis tag");
}
