using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using Xunit;

namespace LoadShaper.Domain.Tests.Safety;

public class LeverPolicyTests
{
    [Theory]
    // The chosen lever works alone while it holds …
    [InlineData(ProtectWith.Cpu, ShapeFamily.A1, true, 5.0, true, false)]
    [InlineData(ProtectWith.Memory, ShapeFamily.A1, false, 30.0, false, true)]
    // … and the other takes over when it does not.
    [InlineData(ProtectWith.Cpu, ShapeFamily.A1, false, 30.0, true, true)]
    [InlineData(ProtectWith.Memory, ShapeFamily.A1, true, 19.9, true, true)]
    // Memory that cannot be read does not hold.
    [InlineData(ProtectWith.Memory, ShapeFamily.A1, true, null, true, true)]
    // Memory does not count on E2.
    [InlineData(ProtectWith.Memory, ShapeFamily.E2, true, 30.0, true, false)]
    [InlineData(ProtectWith.Cpu, ShapeFamily.E2, false, 30.0, true, false)]
    [InlineData(ProtectWith.Both, ShapeFamily.A1, true, 30.0, true, true)]
    public void Levers(ProtectWith protect, ShapeFamily family, bool cpuHolds, double? memory, bool cpu, bool memoryPulled) =>
        Assert.Equal(new Levers(cpu, memoryPulled), LeverPolicy.Decide(IdleRule.Oracle, protect, family, cpuHolds, memory));
}
