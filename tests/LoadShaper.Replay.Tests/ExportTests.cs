using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using LoadShaper.Domain.Cpu;
using LoadShaper.Journal;
using LoadShaper.Replay.Machine;
using LoadShaper.Replay.Page;
using LoadShaper.Simulation;

namespace LoadShaper.Replay.Tests;

public sealed class ExportTests(Month month) : IClassFixture<Month>
{
    [Fact]
    public void Every_event_comes_back_from_its_line_of_JSON()
    {
        var read = Lines((text, recording) => EventExport.WriteJson(text, recording.Events(), TimeRange.All)).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return EventWire.Read(json.RootElement.GetProperty("type").GetString()!, Encoding.UTF8.GetBytes(json.RootElement.GetProperty("event").GetRawText()));
        });

        Assert.Equal(month.Story.Journal.Select(EventWire.Write), read.Select(EventWire.Write));
    }

    [Fact]
    public void Every_slot_decision_is_a_row_of_as_many_columns_as_the_header()
    {
        var rows = Lines((text, recording) => EventExport.WriteSlots(text, recording.Events(), TimeRange.All));

        Assert.Equal(month.Story.Journal.OfType<SlotDecided>().Count() + 1, rows.Length);
        Assert.All(rows, row => Assert.Equal(EventExport.SlotHeader.Count(c => c == ','), row.Count(c => c == ',')));
        Assert.StartsWith("2026-01-05T00:00:00Z,60,2026-01-05T00:00:00Z,catch-up,23,Open,building,0,0,0,0,0,100,0,,,0.02,", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Minutes_are_a_trace_that_simulate_reads()
    {
        using var recording = month.File.Open();
        var path = Path.Combine(month.File.Directory, "minutes.csv");
        using (var file = new StreamWriter(path))
            RecordedMinutes.Of(recording, new TimeRange(Story.Start.AddDays(8), Story.Start.AddDays(9))).WriteTrace(file);

        var trace = PatternParser.ParseForeign(path);

        Assert.Equal(92, trace.At(TimeSpan.FromHours(15)), 0.01);
        Assert.Equal(2, trace.At(TimeSpan.FromHours(20)), 0.01);
    }

    [Fact]
    public void The_page_needs_no_network_and_its_charts_are_well_formed()
    {
        using var text = new StringWriter();
        using var recording = month.File.Open();
        HtmlPage.Write(text, ChartData.Of(recording, TimeRange.All)!, TimelineText.Lines(recording.Events(), TimeRange.All, TimeSpan.FromDays(1)));
        var page = text.ToString();

        Assert.DoesNotContain("http:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" src=", page, StringComparison.Ordinal);
        var svg = XElement.Parse(page[page.IndexOf("<svg", StringComparison.Ordinal)..(page.IndexOf("</svg>", StringComparison.Ordinal) + 6)]);
        Assert.Contains(svg.Descendants("title"), title => title.Value.StartsWith("gap, 1 d 7 h", StringComparison.Ordinal));
        Assert.Contains(svg.Elements("rect"), rect => rect.Attribute("class")!.Value == "closed" && rect.Value.Contains("foreign CPU 92 %", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(90)]
    [InlineData(600)]
    [InlineData(30 * 24 * 60)]
    public void The_time_axis_has_several_labels_at_every_length(int minutes)
    {
        using var text = new StringWriter();
        HtmlPage.Write(text, new ChartData(Story.Start, Story.Start.AddMinutes(minutes)), []);

        Assert.InRange(System.Text.RegularExpressions.Regex.Count(text.ToString(), "class=\"time\""), 4, 13);
    }

    [Fact]
    public void The_page_says_what_the_colours_of_the_strips_mean_and_a_catch_up_is_no_alarm()
    {
        using var text = new StringWriter();
        HtmlPage.Write(text, new ChartData(Story.Start, Story.Start.AddDays(1)), []);
        var page = text.ToString();

        foreach (var (css, name) in new[] { ("empty", "open"), ("held", "held by the load average"), ("closed", "closed"), ("safe", "SAFE"), ("at-risk", "AT RISK"), ("unknown", "UNKNOWN"), ("building", "building") })
            Assert.Matches($"<rect class=\"{css}\"[^>]*/><text[^>]*>{name}</text>", page);
        Assert.NotEqual(Colour("closed"), Colour("slot-catch-up"));

        string Colour(string css) => System.Text.RegularExpressions.Regex.Match(page, @"\." + css + @"\{fill:(#\w+)\}").Groups[1].Value;
    }

    [Fact]
    public void A_reading_over_the_usual_scale_is_drawn_to_scale_and_not_cut_off()
    {
        using var text = new StringWriter();
        using var recording = month.File.Open();
        var data = ChartData.Of(recording, new TimeRange(Story.Start.AddDays(8.7), Story.Start.AddDays(9)))!;
        HtmlPage.Write(text, data, []);

        Assert.InRange(Enumerable.Range(0, data.Count).Max(i => data.P95(1, i))!.Value, 41, 60);
        Assert.Contains(">60 %<", text.ToString()[text.ToString().IndexOf("P95 of 7 days", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_before_a_clock_was_set_back_ends_there()
    {
        var story = new Story().StartDaemon("1.0.0").Run(TimeSpan.FromHours(3)).SetClock(-TimeSpan.FromHours(5)).Run(TimeSpan.FromHours(1));
        using var file = new JournalFile();
        file.Add(story.Journal);
        using var recording = file.Open();

        var states = ChartData.Of(recording, TimeRange.All)!.States;

        Assert.Equal([(Story.Start, Story.Start.AddHours(3)), (Story.Start.AddHours(-2).AddMinutes(1), Story.Start.AddHours(-1))], states.Select(span => (span.From, span.To)));
    }

    [Fact]
    public void A_range_without_events_has_no_page()
    {
        using var recording = month.File.Open();

        Assert.Null(ChartData.Of(recording, new TimeRange(null, Story.Start)));
    }

    private string[] Lines(Action<TextWriter, Recording> write)
    {
        using var text = new StringWriter();
        using var recording = month.File.Open();
        write(text, recording);
        return text.ToString().TrimEnd('\n').Split('\n');
    }
}
