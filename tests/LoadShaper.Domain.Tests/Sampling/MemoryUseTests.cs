using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling;

public sealed class MemoryUseTests
{
    private static ByteSize MiB(double mib) => ByteSize.FromMiB(mib);

    private static MemoryReading Reading(double? available) =>
        new(MiB(1000), Free: MiB(200), available is { } a ? MiB(a) : null, Buffers: MiB(50), Cached: MiB(300), Reclaimable: MiB(30), Shared: MiB(100));

    [Fact]
    public void The_lowest_of_the_three_formulas_is_the_one_to_steer_on()
    {
        var use = MemoryUse.Of(Reading(available: 480));

        Assert.Equal((MiB(800), MiB(520), MiB(420)), (use.IncludingCache, use.ExcludingCache, use.WithoutPageCache));
        Assert.Equal(MiB(420), use.Lowest);
        Assert.Equal(MiB(400), MemoryUse.Of(Reading(available: 600)).Lowest);
    }

    [Fact]
    public void On_kernels_without_MemAvailable_shared_pages_are_no_cache() =>
        Assert.Equal(MiB(200 + 50 + 300 + 30 - 100), MemoryUse.Available(Reading(available: null)));
}
