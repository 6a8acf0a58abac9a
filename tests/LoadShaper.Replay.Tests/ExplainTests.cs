using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Explain;
using LoadShaper.Replay.Explain;

namespace LoadShaper.Replay.Tests;

public sealed class ExplainTests(Month month) : IClassFixture<Month>
{
    [Fact]
    public void A_baseline_slot_is_explained() => Golden.Equal("explain-slot.txt", Explain("2026-01-15T10:05:30Z"));

    [Fact]
    public void A_block_is_explained() => Golden.Equal("explain-block.txt", Explain("1h"));

    [Fact]
    public void A_slot_is_found_by_its_index()
    {
        var slot = month.Story.Journal.OfType<SlotDecided>().ElementAt(1000).Slot;

        Assert.Contains($"slot {slot.Index}, ", Explain($"{slot.Index}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Before_the_first_decision_there_is_nothing_to_explain() => Assert.Equal("", Explain("2020-01-01"));

    [Fact]
    public void A_moment_without_a_daemon_is_explained_by_the_decision_before_it() =>
        Assert.StartsWith(
            "2026-01-18 00:00:00 UTC lies in a gap of 1 d 7 h: the daemon did not run; the last decision before it:\ndecision of 2026-01-17 09:36:00.000 UTC\n",
            Explain("2026-01-18"), StringComparison.Ordinal);

    [Fact]
    public void After_a_clock_that_was_ahead_is_set_right_a_moment_is_found_all_the_same()
    {
        var ahead = TimeSpan.FromDays(30);
        var story = new Story().StartDaemon("1.0.0").Run(TimeSpan.FromHours(2)).SetClock(ahead).Run(TimeSpan.FromMinutes(10)).SetClock(-ahead).Run(TimeSpan.FromHours(2));
        using var text = new StringWriter();

        Assert.True(ExplainText.Write(text, story.Journal, ExplainQuery.Parse("2026-01-05T03:30:30", Story.Start, () => TimeSpan.FromMinutes(1))));

        Assert.StartsWith("decision of 2026-01-05 03:30:00.000 UTC\n", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot_is_listed_with_all_that_was_decided_with_it()
    {
        var changed = month.Story.Journal.OfType<StateChanged>().Last(e => e.Input.Blocks is null);
        var slot = month.Story.Journal.OfType<SlotDecided>().Single(e => e.At == changed.At).Slot;

        Assert.Contains(EventLine.Of(changed), Explain($"{slot.Index}"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_would_have_changed_a_decision_does_change_it()
    {
        var settings = new CpuSettings();
        var input = new P95Input(Story.Start, Domain.Safety.GatePosition.Open, 25, 25, 25, 0, 0, 2, 22, 0.1, 0.5, 0);
        var state = P95State.Start;

        var why = P95Explanation.Of(settings, state, input);

        Assert.Equal("baseline", why.Answer);
        Assert.Contains("P95: 19.99 % (it was 25.00 %) -> catch-up", why.Changes);
        Assert.Equal(SlotKind.CatchUp, Kind(input with { P95 = 19.99 }));
        Assert.Equal(SlotKind.Baseline, Kind(input with { P95 = 20 }));
        Assert.Contains("mean of the slot before: 21.99 % (it was 22.00 %) -> high", why.Changes);
        Assert.Equal(SlotKind.High, Kind(input with { SlotMean = 21.99 }));

        SlotKind Kind(P95Input changed) => P95Policy.Decide(settings, state, changed).Events.OfType<SlotDecided>().Single().Kind;
    }

    private string Explain(string asked)
    {
        using var text = new StringWriter();
        using var recording = month.File.Open();
        ExplainText.Write(text, recording, asked);
        return text.ToString();
    }
}
