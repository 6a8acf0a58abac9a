using LoadShaper.LoadTest.Cluster.Coordination;
using LoadShaper.LoadTest.Cluster.Protocol;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Coordination;

public sealed class ReportAssemblerTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(3_000, 1)]
    [InlineData(MessageLimits.PartBytes, 1)]
    [InlineData(MessageLimits.PartBytes + 1, 2)]
    [InlineData(5 * MessageLimits.PartBytes, 5)]
    public void Parts_become_the_report_again(int length, int parts)
    {
        var report = new byte[length];
        new Random(length).NextBytes(report);
        var assembler = new ReportAssembler();

        var results = ReportAssembler.Split(1, 0, 7, report).Select(assembler.Add).ToList();

        Assert.Equal(parts, results.Count);
        Assert.All(results.SkipLast(1), Assert.Null);
        Assert.Equal(report, results[^1]);
    }

    [Fact]
    public void A_report_with_a_lost_part_is_dropped_and_the_next_one_is_read()
    {
        var assembler = new ReportAssembler();
        var first = ReportAssembler.Split(1, 0, 1, new byte[3 * MessageLimits.PartBytes]).ToList();
        var second = ReportAssembler.Split(1, 0, 2, new byte[2 * MessageLimits.PartBytes]).ToList();

        Assert.Null(assembler.Add(first[0]));
        Assert.Null(assembler.Add(first[2]));
        Assert.Null(assembler.Add(second[0]));
        Assert.Equal(2 * MessageLimits.PartBytes, assembler.Add(second[1])?.Length);
        Assert.Null(assembler.Add(second[1]));
    }
}
