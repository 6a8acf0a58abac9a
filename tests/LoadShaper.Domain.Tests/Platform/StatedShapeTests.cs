using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Platform;

/// <summary>LOADSHAPER_SHAPE in the place of what is detected.</summary>
public sealed class StatedShapeTests
{
    private static readonly MachineFacts Arm = new("aarch64", 2, ByteSize.FromMiB(11800), null);

    private static readonly MachineFacts Micro = new("x86_64", 2, ByteSize.FromMiB(956), null);

    [Fact]
    public void A_stated_A1_has_its_rule_and_template_without_a_sign_of_Oracle()
    {
        var shape = ShapePolicy.Stated(Arm, NamedShape.Find("A1-Flex-2")!);
        Assert.Equal((ShapeFamily.A1, "a1-flex-2.env", "VM.Standard.A1.Flex", "LOADSHAPER_SHAPE"), (shape.Family, shape.Template, shape.Name, shape.Source));
        Assert.Empty(shape.Warnings);
        Assert.Empty(shape.Scaled);
    }

    [Theory]
    [InlineData("VM.Standard.E2.1.Micro", "e2-1-micro.env")]
    [InlineData("vm.standard.e2.2.micro", "e2-2-micro.env")]
    [InlineData("e2-1-micro-jumbo", "e2-1-micro-jumbo.env")]
    public void Oracles_names_and_jumbo_variants_are_shapes(string name, string template)
    {
        var shape = ShapePolicy.Stated(Micro, NamedShape.Find(name)!);
        Assert.Equal((ShapeFamily.E2, template), (shape.Family, shape.Template));
        Assert.Empty(shape.Warnings);
    }

    [Fact]
    public void A_statement_that_contradicts_the_machine_is_a_warning()
    {
        Assert.Contains("is an arm64 shape, but this machine is x86_64", Assert.Single(ShapePolicy.Stated(Micro, NamedShape.Find("a1-flex-2")!).Warnings));
        Assert.Contains("has 1 CPUs, but this machine has 2", Assert.Single(ShapePolicy.Stated(Arm, NamedShape.Find("a1-flex-1")!).Warnings));
    }

    [Fact]
    public void A_shape_that_does_not_exist_is_refused_with_the_names()
    {
        var problem = Assert.Single(SettingsParser.Parse(new Dictionary<string, string> { ["LOADSHAPER_SHAPE"] = "a2-flex" }, new SettingsContext(ShapeFamily.E2)).Problems);
        Assert.Contains("a1-flex-2", problem.Fix);
    }

    [Fact]
    public void Memory_protection_that_is_refused_says_how_to_state_the_shape()
    {
        var given = new Dictionary<string, string> { ["PROTECT_WITH"] = "memory", ["MEM_TARGET_PCT"] = "30" };
        var problem = Assert.Single(SettingsParser.Parse(given, new SettingsContext(ShapeFamily.E2, null, "Generic-2CPU-11.5GB (no sign of Oracle's cloud)")).Problems);
        Assert.Contains("this machine is Generic-2CPU-11.5GB", problem.Broken);
        Assert.Contains("set LOADSHAPER_SHAPE=a1-flex-1", problem.Fix);
    }
}
