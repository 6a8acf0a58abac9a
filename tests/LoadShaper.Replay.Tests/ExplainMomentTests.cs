using LoadShaper.Domain;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;
using LoadShaper.Replay.Explain;

namespace LoadShaper.Replay.Tests;

/// <summary>A time means the slot, block or event that begins or is in force then.</summary>
public sealed class ExplainMomentTests(Month month) : IClassFixture<Month>
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 21, 19, 57, 0, TimeSpan.Zero);

    // As a daemon records it: the first sample of a slot comes seconds after the slot began.
    private static readonly IEvent[] Flapping =
    [
        Slot(Evening, 3.25, SlotKind.Baseline),
        Gate(Evening.AddSeconds(63.25), closed: true),
        Slot(Evening.AddMinutes(1), 3.25, SlotKind.Held),
        Gate(Evening.AddSeconds(83.25), closed: false),
        Slot(Evening.AddMinutes(1), 23.25, SlotKind.Baseline),
        Gate(Evening.AddSeconds(113.25), closed: true),
        Slot(Evening.AddMinutes(1), 53.25, SlotKind.Held),
        Slot(Evening.AddMinutes(2), 3.25, SlotKind.Held),
    ];

    [Theory]
    [InlineData("2026-11-21T19:57", "19:57:03.250")]
    [InlineData("2026-11-21T19:57:00", "19:57:03.250")]
    [InlineData("2026-11-21T19:57:59", "19:57:03.250")]
    [InlineData("2026-11-21T19:58", "19:58:03.250", "19:58:23.250", "19:58:53.250")]
    [InlineData("2026-11-21T19:58:00", "19:58:03.250", "19:58:23.250", "19:58:53.250")]
    [InlineData("2026-11-21T19:58:30", "19:58:03.250", "19:58:23.250", "19:58:53.250")]
    [InlineData("2026-11-21T19:59", "19:59:03.250")]
    public void A_time_means_its_slot_with_every_decision_in_it(string asked, params string[] decisions)
    {
        var text = Explain(Flapping, asked);

        Assert.Equal(decisions, text.Split('\n').Where(line => line.StartsWith("decision of ", StringComparison.Ordinal)).Select(line => line.Split(' ')[3]));
    }

    [Fact]
    public void The_events_of_a_slot_are_listed_in_order()
    {
        var lines = Explain(Flapping, "2026-11-21T19:58").Split('\n');

        Assert.Equal("6 events, in order", lines[0]);
        Assert.Equal(
            ["19:58:03.250", "19:58:03.250", "19:58:23.250", "19:58:23.250", "19:58:53.250", "19:58:53.250"],
            lines[1..7].Select(line => line.Trim().Split(' ')[0]));
        Assert.Contains("event of 2026-11-21 19:58:03.250 UTC\n  gate closed: foreign CPU 90 %\ninputs\n", Explain(Flapping, "2026-11-21T19:58"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-21T20:00", "block at 22 %")]
    [InlineData("2026-11-21T20:00:04", "block at 22 %")]
    [InlineData("2026-11-21T20:30", "block at 22 %")]
    [InlineData("2026-11-21T21:00", "block ended")]
    [InlineData("2026-11-21T23:00", "block ended")]
    public void A_time_means_the_block_that_begins_or_runs_then(string asked, string expected)
    {
        var eight = Evening.AddMinutes(3);
        IEvent[] events =
        [
            new DayPlanned(Input(eight.AddHours(-2)), new DayPlan(DateOnly.FromDateTime(eight.Date), [20], null, 0)),
            new BlockStarted(Input(eight.AddSeconds(4.7)), new Block(eight.AddSeconds(4.7), eight.AddHours(1), Percent.Of(22), Whole: true)),
            new BlockEnded(Input(eight.AddHours(1).AddSeconds(2)), BlockEnd.Done),
        ];

        Assert.Contains($"\n  {expected}", Explain(events, asked), StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_copied_from_the_timeline_explains_the_line_it_was_copied_from()
    {
        using var recording = month.File.Open();
        var lines = TimelineText.Lines(recording.Events(), TimeRange.All, TimeSpan.FromDays(1)).ToList();

        foreach (var line in lines)
        {
            using var text = new StringWriter();
            Assert.True(ExplainText.Write(text, recording, $"{line.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss}"));
            Assert.Contains(Key(line.Text), text.ToString(), StringComparison.Ordinal);
        }

        // A line of a run names the state and the kinds of its slots, a line of an event begins as the event does.
        static string Key(string line) =>
            line.Contains(" slots, ", StringComparison.Ordinal) || line.Contains(" slot, ", StringComparison.Ordinal) ? ": slot "
            : line.StartsWith("daemon started", StringComparison.Ordinal) ? line[..20]
            : line.Split(" for ")[0].Split(" at ")[0].Split(", and")[0];
    }

    [Fact]
    public void A_gap_that_begins_then_is_reported()
    {
        IEvent[] events = [Slot(Evening, 3.25, SlotKind.Baseline), new GapSeen(Evening.AddHours(2), Evening.AddSeconds(40.5), GapCause.Downtime)];

        Assert.StartsWith("2026-11-21 20:30:00 UTC lies in a gap of 1 h 59 min", Explain(events, "20:30"), StringComparison.Ordinal);
        Assert.Contains("gap of 1 h 59 min", Explain(events, "2026-11-21T19:57:40"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot_of_another_length_is_found_by_its_index()
    {
        var short1 = new SlotDecided(Input(Evening), Domain.Units.Slot.At(Evening, TimeSpan.FromSeconds(30)), SlotKind.Baseline, Percent.Of(20), null);
        using var file = new JournalFile();
        file.Add([short1, Slot(Evening.AddHours(1), 3, SlotKind.Baseline)]);
        using var recording = file.Open();
        using var text = new StringWriter();

        Assert.True(ExplainText.Write(text, recording, $"{short1.Slot.Index}"));
        Assert.Contains($"slot {short1.Slot.Index}, 19:57:00 to 19:57:30", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_beyond_all_time_is_a_clear_error()
    {
        using var recording = month.File.Open();

        Assert.Contains("is not the index of a slot", Assert.Throws<FormatException>(() => ExplainText.Write(TextWriter.Null, recording, "9000000000000000000")).Message, StringComparison.Ordinal);
    }

    private static string Explain(IEnumerable<IEvent> events, string asked)
    {
        using var text = new StringWriter();
        Assert.True(ExplainText.Write(text, events, ExplainQuery.Parse(asked, Evening.AddHours(3.5), () => TimeSpan.FromMinutes(1))));
        return text.ToString();
    }

    private static P95Input Input(DateTimeOffset at) => new(at, GatePosition.Open, 25, 25, 25, 0, 0, 2, 22, 0.1, 0.5, 0, Blocks: new BlockInput(Domain.Platform.ShapeFamily.E2, [], 0, 0, 0, new double[24]));

    private static SlotDecided Slot(DateTimeOffset start, double seconds, SlotKind kind) =>
        new(Input(start.AddSeconds(seconds)) with { Blocks = null }, Domain.Units.Slot.At(start, TimeSpan.FromMinutes(1)), kind, Percent.Of(kind == SlotKind.Held ? 0 : 20), null);

    private static GateEvent Gate(DateTimeOffset at, bool closed)
    {
        var signals = new GateInput(at, Percent.Of(closed ? 90 : 10), null, null, 0.2, null, null);
        return closed ? new GateClosed(at, GatePosition.Closed, GateCauses.ForeignCpu, signals) : new GateOpened(at, signals);
    }
}
