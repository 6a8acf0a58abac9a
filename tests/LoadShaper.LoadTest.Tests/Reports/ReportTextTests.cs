using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Results;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Reports;

public sealed class ReportTextTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(-1, "-1 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(-88_019_542, "-83.9 MiB")]
    [InlineData(3L << 30, "3.0 GiB")]
    public void Sizes_have_a_unit_and_a_sign(long bytes, string text) => Assert.Equal(text, ReportText.Bytes(bytes));

    [Theory]
    [InlineData(1, "1 request was in flight when the run ended; it counts as not completed and not failed.")]
    [InlineData(1_200, "1,200 requests were in flight when the run ended; they count as not completed and not failed.")]
    public void One_request_is_singular(long unfinished, string note)
    {
        var report = SampleReport.Create();
        var total = report.Result.Total with { Counts = report.Result.Total.Counts with { Unfinished = unfinished } };
        Assert.Contains(note, ReportText.Notes(report with { Result = report.Result with { Total = total } }));
    }

    [Fact]
    public void An_event_of_the_warm_up_is_at_0_s() => Assert.Contains(
        "At 0s: slow", ReportText.Notes(SampleReport.Create() is var report ? report with { Result = report.Result with { Warnings = [new RunWarning(TimeSpan.FromSeconds(-1.8), "x", "slow")] } } : null!));
}
