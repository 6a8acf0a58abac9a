using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

public sealed class HolderProtocolTests
{
    private static ByteSize MiB(double mib) => ByteSize.FromMiB(mib);

    [Fact]
    public void Every_order_is_read_as_it_was_written()
    {
        HolderOrder[] orders =
        [
            new HolderOrder.Settings(MiB(512), MiB(64), Percent.Of(90.5), 5, TimeSpan.FromSeconds(0.5)),
            new HolderOrder.Hold(MiB(3000), 7),
        ];
        Assert.Equal(orders, orders.Select(order => HolderOrder.Parse(order.ToLine())));
    }

    [Fact]
    public void Every_report_is_read_as_it_was_written()
    {
        HolderReport[] reports =
        [
            new HolderReport.Ready(true),
            new HolderReport.Ready(false),
            new HolderReport.Holding(MiB(10), MiB(8)),
            new HolderReport.Lost(MemoryReleaseCause.Reserve, MiB(4), MiB(6), 2),
            new HolderReport.Fault("mmap of 5 bytes: Cannot allocate memory"),
        ];
        Assert.Equal(reports, reports.Select(report => HolderReport.Parse(report.ToLine())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hold")]
    [InlineData("hold -1 0")]
    [InlineData("hold 1 0 0")]
    [InlineData("settings 1 1 101 5 1")]
    [InlineData("settings 1 1 90 5 0")]
    [InlineData("settings 1 1 90 5 1,5")]
    public void What_is_no_order_is_none(string line) => Assert.Null(HolderOrder.Parse(line));
}
