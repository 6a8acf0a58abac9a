using LoadShaper.LoadTest.Results;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Results;

public class ResultMergeTests
{
    private static SeriesResult Part(string name, int offset)
    {
        var (response, failed) = (new LatencyHistogram(), new LatencyHistogram(2));
        for (var i = 1; i <= 100; i++)
            response.Record(i * 100 + offset);
        failed.Record(5_000 + offset);
        return new SeriesResult
        {
            Name = name,
            Counts = new RunCounts { Offered = 102, Sent = 101, Completed = 100, Failed = 1, Unsent = 1 },
            Response = response,
            FailedResponse = failed,
            Service = response.Copy(),
            StatusClasses = [0, 0, 100, 0, 0, 1],
        };
    }

    [Fact]
    public void Series_of_one_name_become_one_with_all_values()
    {
        var merged = ResultMerge.Series([Part("a", 0), Part("b", 0), Part("a", 7)]);
        Assert.Equal(["a", "b"], merged.Select(series => series.Name));
        Assert.Equal(new RunCounts { Offered = 204, Sent = 202, Completed = 200, Failed = 2, Unsent = 2 }, merged[0].Counts);
        Assert.Equal((200, 2, 202), (merged[0].Response.Count, merged[0].FailedResponse.Count, merged[0].All().Count));
        Assert.Equal([0, 0, 200, 0, 0, 2], merged[0].StatusClasses);
        Assert.Equal((100, 10_007), (merged[0].Response.Min, merged[0].Response.Max));
    }

    [Fact]
    public void Errors_are_added_by_text_step_and_kind_and_bounded()
    {
        ErrorRow Row(string text, long count, int second) => new(text, "s", FailureKind.Connect, count, TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(second + 1));
        var merged = ResultMerge.Errors([Row("a", 1, 5), Row("b", 9, 1), Row("a", 2, 3), Row("c", 1, 7)], limit: 2);
        Assert.Equal(
            [Row("b", 9, 1), new ErrorRow("a", "s", FailureKind.Connect, 3, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(6)), new ErrorRow("other errors", "*", FailureKind.Other, 1, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(8))],
            merged);
    }
}
