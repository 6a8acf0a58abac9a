using LoadShaper.LoadTest.Cluster.Timing;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Timing;

public sealed class LeaseTests
{
    private const long Now = 100_000_000_000;

    [Theory]
    // Seconds since the renewal of each lease; the positions that have ended.
    [InlineData(new[] { 4.9, 4.6 }, new int[0])]
    [InlineData(new[] { 5.0, 4.4 }, new[] { 0 })]
    [InlineData(new[] { 4.6, 1.0, 5.1 }, new[] { 0, 2 })]
    [InlineData(new double[0], new int[0])]
    public void Leases_that_are_about_to_end_end_with_the_one_that_has_ended(double[] renewed, int[] ended) =>
        Assert.Equal(ended, Lease.Ended([.. renewed.Select(seconds => new Lease(Now - (long)(seconds * 1e9), Lease.RunLength))], Now));
}
