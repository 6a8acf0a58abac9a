using Xunit;

namespace LoadShaper.Simulation.Tests;

public class TraceFileTests
{
    [Fact]
    public void Each_value_is_held_to_the_next_and_the_trace_begins_again_when_it_ends()
    {
        var trace = TraceFile.Parse("t.csv",
            ["timestamp,value", "2014-02-14 14:27:00,1", "2014-02-14 14:32:00,2.5", "", "2014-02-14 14:42:00,3"]);

        Assert.Equal([1, 1, 2.5, 2.5, 3, 3, 1, 1], new[] { 0, 4.9, 5, 14.9, 15, 24.9, 25, 29 }.Select(m => trace.At(TimeSpan.FromMinutes(m))));
        Assert.Equal(3, trace.At(TimeSpan.FromMinutes(-1)));
    }

    [Fact]
    public void A_minute_with_several_values_has_their_mean_by_time()
    {
        // 15 s each: one minute is whole, the next one holds the end of the trace and its beginning again.
        var trace = TraceFile.Parse("t.csv",
            ["timestamp,value", "2014-02-14 14:27:00,8", "2014-02-14 14:27:15,0", "2014-02-14 14:27:45,4", "2014-02-14 14:28:00,100", "2014-02-14 14:28:15,50"]);

        Assert.Equal((8 + 0 + 0 + 4) / 4.0, trace.OverMinute(TimeSpan.Zero), 9);
        Assert.Equal((100 + 50 + 8 + 0) / 4.0, trace.OverMinute(TimeSpan.FromMinutes(1)), 9);
        Assert.Equal((0 + 0 + 4 + 100) / 4.0, trace.OverMinute(TimeSpan.FromSeconds(15)), 9);
    }

    [Fact]
    public void A_header_may_follow_blank_lines_and_lines_may_end_as_on_Windows()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "\r\n Timestamp, Value \r\n2014-02-14T14:27:00Z, 1\r\n2014-02-14T14:32:00Z,2\r\n\r\n", System.Text.Encoding.UTF8);
            Assert.Equal(new[] { (TimeSpan.Zero, 1.0), (TimeSpan.FromMinutes(5), 2.0) }, TraceFile.Read(path).Rows);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Real_traces_are_read()
    {
        Assert.Equal(5, Figures.TraceNames.Length);
        var trace = TraceFile.Read(Path.Combine(Figures.Traces, "rds_cpu_utilization_cc0c53.csv"));

        Assert.Equal(4_032, trace.Rows.Count);
        Assert.Equal(6.456, trace.At(TimeSpan.Zero));
    }

    [Theory]
    [InlineData("2014-02-14 14:32:00", "t.csv:3: '2014-02-14 14:32:00' is not a row")]
    [InlineData("yesterday,5", "t.csv:3: 'yesterday,5' is not a row")]
    [InlineData("2014-02-14 14:32:00,much", "t.csv:3")]
    [InlineData("2014-02-14 14:32:00,5,5", "t.csv:3")]
    [InlineData("2014-02-14 14:32:00,101", "101 is not a percentage")]
    [InlineData("2014-02-14 14:32:00,-1", "-1 is not a percentage")]
    [InlineData("2014-02-14 14:27:00,5", "is not after the row before")]
    public void A_broken_row_is_reported_by_its_line(string row, string part) =>
        Assert.Contains(part, Assert.Throws<PatternException>(() => TraceFile.Parse("t.csv", ["timestamp,value", "2014-02-14 14:27:00,1", row])).Message);

    [Fact]
    public void A_trace_of_one_row_has_no_step() =>
        Assert.Contains("at least two rows", Assert.Throws<PatternException>(() => TraceFile.Parse("t.csv", ["2014-02-14 14:27:00,1"])).Message);
}
