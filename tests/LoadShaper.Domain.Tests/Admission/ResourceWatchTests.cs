using LoadShaper.Domain.Admission;
using Xunit;

namespace LoadShaper.Domain.Tests.Admission;

public sealed class ResourceWatchTests
{
    private static readonly AdmissionLimits Limits = new();

    private readonly ResourceWatch _watch = new();

    [Theory]
    [InlineData(79, ResourceLevel.Normal)]
    [InlineData(80, ResourceLevel.Warning)]
    [InlineData(100, ResourceLevel.Warning)]
    [InlineData(101, ResourceLevel.Violation)]
    public void A_warning_begins_at_80_percent_and_a_violation_above_the_limit(int concurrent, ResourceLevel expected)
    {
        Assert.Equal(expected, Use(concurrent).LevelOf(Limits, LimitedResource.ConcurrentRequests));
    }

    [Fact]
    public void The_words_are_those_of_the_specification()
    {
        Assert.Equal(["Concurrent requests 82 approaching limit 100"], ResourceText.All(Use(82), Limits, ResourceLevel.Warning));
        Assert.Equal(["Concurrent requests 152 exceeds limit 100"], ResourceText.All(Use(152), Limits, ResourceLevel.Violation));
        Assert.Equal(["Request rate 2134/min exceeds limit 2000/min"], ResourceText.All(Use(1) with { PerMinute = 2134 }, Limits, ResourceLevel.Violation));
        Assert.Equal(
            ["Memory 1024.5MB exceeds limit 1024MB", "CPU 230.4% exceeds limit 200%"],
            ResourceText.All(Use(1) with { MemoryMb = 1024.5, CpuPercent = 230.44 }, Limits, ResourceLevel.Violation));
    }

    [Fact]
    public void Each_kind_is_reported_once_in_five_seconds()
    {
        Assert.Equal([ResourceLevel.Warning], At(0, 85));
        Assert.Empty(At(1, 90));
        Assert.Equal([ResourceLevel.Violation], At(2, 120));
        Assert.Empty(At(3, 130));
        Assert.Empty(At(6.9, 130));
        Assert.Equal([ResourceLevel.Violation], At(7, 140));
        Assert.Empty(At(8, 90));
        Assert.Equal([ResourceLevel.Warning], At(12, 90));
    }

    [Fact]
    public void A_recovery_is_reported_once_and_only_after_a_report()
    {
        Assert.Empty(At(0, 10));
        Assert.Equal([ResourceLevel.Violation], At(1, 150));
        Assert.Equal([ResourceLevel.Normal], At(1.1, 20));
        Assert.Empty(At(1.2, 20));
    }

    [Fact]
    public void Resources_are_reported_separately_and_an_unknown_one_is_normal()
    {
        var notices = _watch.Decide(Limits, new ResourceUse(90, 20, 1700, null, null), TimeSpan.Zero);

        Assert.Equal(
            [new ResourceNotice(LimitedResource.ConcurrentRequests, ResourceLevel.Violation, 110, 100), new ResourceNotice(LimitedResource.RequestRate, ResourceLevel.Warning, 1700, 2000)],
            notices);
    }

    private IEnumerable<ResourceLevel> At(double seconds, int concurrent) =>
        _watch.Decide(Limits, Use(concurrent), TimeSpan.FromSeconds(seconds)).Select(notice => notice.Level);

    private static ResourceUse Use(int concurrent) => new(concurrent, 0, 0, 100, 10);
}
