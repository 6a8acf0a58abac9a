using System.Globalization;
using LoadShaper.Replay.Page;

namespace LoadShaper.Replay.Tests;

/// <summary>A part that is read from the last state before it is told as if the journal had been read from its beginning.</summary>
public sealed class WindowTests(Month month) : IClassFixture<Month>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static TheoryData<double, double?> Parts => new()
    {
        // The first day; behind a closed gate; in a gap; over a clock jump; after an outage of the disk; within a block; the end.
        { 0, 1 }, { 8.625, 9 }, { 12.5, 13.2 }, { 16.5, 18 }, { 21, 22 }, { 25.88, 26.2 }, { 25.876, 25.879 }, { 27, null }, { 28.9, null }, { -5, 2 }, { 40, null }, { -9, -8 },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_part_of_a_month_reads_the_same(double from, double? to) =>
        Same(month.File, month.Story.Journal, new TimeRange(Story.Start + from * Day, to is { } end ? Story.Start + end * Day : null));

    [Theory]
    [InlineData(8.625, 9.0)]
    [InlineData(27, null)]
    public void The_time_of_writing_may_say_nothing(double from, double? to)
    {
        using var imported = new JournalFile(month.File);
        imported.Execute($"UPDATE journal SET created = {Story.Start.AddDays(400).UtcTicks.ToString(CultureInfo.InvariantCulture)}");

        Same(imported, month.Story.Journal, new TimeRange(Story.Start + from * Day, to is { } end ? Story.Start + end * Day : null));
    }

    [Theory]
    [InlineData(30 * 24)]
    [InlineData(3)]
    [InlineData(-5)]
    [InlineData(-30)]
    public void A_clock_that_was_wrong_for_a_while_hides_nothing(double hours)
    {
        var wrong = TimeSpan.FromHours(hours);
        var story = new Story().StartDaemon("1.0.0").Run(2 * Day).SetClock(wrong).Run(TimeSpan.FromHours(2)).SetClock(-wrong).Run(2 * Day);
        using var file = new JournalFile();
        file.Add(story.Journal);

        foreach (var from in new[] { 1.9, 2.05, 3.5, 32 })
        {
            Same(file, story.Journal, new TimeRange(Story.Start + from * Day, null));
            Same(file, story.Journal, new TimeRange(Story.Start + from * Day, Story.Start + (from + 0.3) * Day));
        }
    }

    [Fact]
    public void A_part_of_a_long_journal_is_read_without_its_beginning()
    {
        using var recording = month.File.Open();

        var window = recording.WindowOf(new TimeRange(Story.Start + 20 * Day, Story.Start + 21 * Day));

        Assert.InRange(window.After, month.Story.Journal.Count / 2, month.Story.Journal.Count);
        Assert.InRange(window.Last - window.After, 1440, 3 * 1600);
    }

    [Fact]
    public void A_gate_that_was_closed_for_days_is_read_from_before_it_closed()
    {
        var story = new Story { Others = at => at < Story.Start.AddDays(1.5) ? (2, 0.02) : (95, 2) }.StartDaemon("1.0.0").Run(5 * Day);
        using var file = new JournalFile();
        file.Add(story.Journal);
        using var recording = file.Open();

        Assert.Contains("foreign CPU 95 %", Lines(recording.Events(new TimeRange(Story.Start + 4 * Day, null)), new TimeRange(Story.Start + 4 * Day, null)), StringComparison.Ordinal);
        Same(file, story.Journal, new TimeRange(Story.Start + 4.5 * Day, null));
    }

    [Fact]
    public void Before_a_damaged_state_an_earlier_one_is_taken()
    {
        using var file = new JournalFile(month.File);
        file.Execute("UPDATE journal SET message = x'7b' WHERE manifest = 'state-recorded.1' AND sequence_number > 9000 AND sequence_number < 12000");

        using var recording = file.Open();
        Same(file, recording.Events().ToList(), new TimeRange(Story.Start + 8 * Day, Story.Start + 9 * Day));
    }

    private static void Same(JournalFile file, IReadOnlyCollection<Domain.IEvent> all, TimeRange range)
    {
        using var recording = file.Open();
        Assert.Equal(Lines(all, range), Lines(recording.Events(range), range));
        Assert.Equal(Csv(all, range), Csv(recording.Events(range), range));
        Assert.Equal(Page(recording, all, range), Page(recording, recording.Events(ChartData.Reach(range)), range));
    }

    private static string Lines(IEnumerable<Domain.IEvent> events, TimeRange range)
    {
        using var text = new StringWriter();
        TimelineText.Write(text, events, range, TimeSpan.FromHours(6));
        return text.ToString();
    }

    private static string Csv(IEnumerable<Domain.IEvent> events, TimeRange range)
    {
        using var text = new StringWriter();
        EventExport.WriteSlots(text, events, range);
        return text.ToString();
    }

    private static string Page(Recording recording, IEnumerable<Domain.IEvent> events, TimeRange range)
    {
        using var text = new StringWriter();
        var charts = new ChartBuilder(range);
        foreach (var happened in events)
            charts.Add(happened);
        if (charts.Build(recording.SamplesPath) is { } data)
            HtmlPage.Write(text, data, []);
        return text.ToString();
    }
}
