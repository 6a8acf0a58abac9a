using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Replay.Tests;

public sealed class VerifierTests(Month month) : IClassFixture<Month>
{
    [Fact]
    public void A_month_comes_out_the_same_when_decided_again()
    {
        var (clean, text) = Verify(month.File);

        Assert.True(clean, text);
        Assert.Matches(@"^\d{5} decisions decided again, all as recorded\n$", text);
    }

    [Theory]
    [InlineData("72")]
    [InlineData("0")]
    public void Blocks_come_out_the_same_with_and_without_a_reserve(string reserve)
    {
        using var file = new JournalFile();
        file.Add(new Story { Others = _ => (2, 0.02) }
            .StartDaemon("1.1.0", ("CPU_P95_STRATEGY", "blocks"), ("CPU_P95_RESERVE_HOURS", reserve)).Run(TimeSpan.FromDays(6)).Journal);
        var (clean, text) = Verify(file);

        Assert.True(clean, text);
    }

    [Fact]
    public void A_journal_of_a_build_without_a_reserve_is_decided_as_then()
    {
        var story = new Story { Others = _ => (2, 0.02) }
            .StartDaemon("1.0.0", ("CPU_P95_STRATEGY", "blocks"), ("CPU_P95_RESERVE_HOURS", "0")).Run(TimeSpan.FromDays(4));
        static DaemonStarted Earlier(DaemonStarted started) =>
            started with { Settings = started.Settings.Where(pair => pair.Key != "CPU_P95_RESERVE_HOURS").ToDictionary() };
        using var file = new JournalFile();
        file.Add(story.Journal.Select(happened => happened switch
        {
            DaemonStarted started => Earlier(started),
            StateRecorded { Memory.Started: { } started } recorded => recorded with { Memory = recorded.Memory with { Started = Earlier(started) } },
            _ => happened,
        }));

        Assert.Contains(story.Journal, happened => happened is BlockStarted { Block.Level.Value: 22, Input.Blocks.Reserve: null });
        var (clean, text) = Verify(file);
        Assert.True(clean, text);
    }

    [Fact]
    public void A_slot_that_was_not_decided_so_is_found_with_both_answers()
    {
        using var file = Copy();
        var (nr, slot) = Find<SlotDecided>(e => e.Kind == SlotKind.Baseline, skip: 100);
        file.Replace(nr, slot with { Kind = SlotKind.High, Intensity = Percent.Of(27) });

        var (clean, text) = Verify(file);

        Assert.False(clean);
        Assert.Contains($"event {nr} at {slot.At:yyyy-MM-dd HH:mm:ss.fff}Z diverges", text, StringComparison.Ordinal);
        Assert.Contains("recorded  slot high at 27 %", text, StringComparison.Ordinal);
        Assert.Contains("decided   slot baseline at 20 %", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_that_was_not_closed_so_is_found()
    {
        using var file = Copy();
        var (nr, gate) = Find<GateClosed>(e => e.Causes == GateCauses.ForeignCpu);
        file.Replace(nr, gate with { Causes = GateCauses.MemoryUse });

        Assert.Contains($"event {nr} ", Verify(file).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_that_was_not_judged_so_is_found()
    {
        using var file = Copy();
        var (nr, verdict) = Find<VerdictChanged>(e => e.To.Kind == VerdictKind.Safe);
        file.Replace(nr, verdict with { To = verdict.To with { Kind = VerdictKind.AtRisk } });

        Assert.Contains($"event {nr} ", Verify(file).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_that_was_not_decided_so_is_found()
    {
        using var file = Copy();
        var (nr, block) = Find<BlockStarted>(_ => true);
        file.Replace(nr, block with { Block = block.Block with { Level = Percent.Of(24) } });

        Assert.Contains("diverges", Verify(file).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_the_events_before_it_do_not_lead_to_is_found()
    {
        using var file = Copy();
        var (nr, state) = Find<StateRecorded>(_ => true, skip: 3);
        file.Replace(nr, state with { Memory = state.Memory with { Verdict = VerdictKind.AtRisk } });

        Assert.Contains($"event {nr} ", Verify(file).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void After_retention_it_begins_at_the_first_state_that_was_recorded()
    {
        using var file = Copy();
        file.Execute("DELETE FROM journal WHERE sequence_number < 5000");

        var (clean, text) = Verify(file);

        Assert.True(clean, text);
        Assert.Contains("not decided again: no state", text, StringComparison.Ordinal);
        Assert.Contains("all as recorded", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_and_unreadable_events_are_named_and_the_rest_is_decided_again()
    {
        using var file = Copy();
        file.Execute("DELETE FROM journal WHERE sequence_number BETWEEN 7000 AND 7009");
        file.Execute("UPDATE journal SET message = x'7b' WHERE sequence_number = 9000");

        var (clean, text) = Verify(file);

        Assert.True(clean, text);
        Assert.Contains("notice: events 7000 to 7009 are missing", text, StringComparison.Ordinal);
        Assert.Contains("notice: row 9000: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_journal_of_another_version_the_first_problems_are_named_and_the_rest_counted()
    {
        using var file = Copy();
        file.Execute("UPDATE journal SET manifest = 'slot-decided.9' WHERE manifest = 'slot-decided.1'");

        var (_, text) = Verify(file);

        Assert.Equal(11, text.Split('\n').Count(line => line.StartsWith("notice: ", StringComparison.Ordinal)));
        Assert.Matches("notice: and [0-9]+ more\n", text);
    }

    [Fact]
    public void A_decision_of_which_an_event_cannot_be_read_is_not_taken_for_another_answer()
    {
        using var file = Copy();
        file.Execute("""UPDATE journal SET manifest = 'slot-decided.9' WHERE sequence_number = (SELECT max(sequence_number) + 1 FROM journal WHERE manifest = 'state-changed.2' AND CAST(message AS TEXT) NOT LIKE '%"blocks"%')""");

        var (clean, text) = Verify(file);

        Assert.True(clean, text);
        Assert.Contains("manifest 'slot-decided.9' is unknown", text, StringComparison.Ordinal);
        Assert.Contains("events not decided again", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_this_version_refuses_are_named()
    {
        using var file = Copy();
        var (nr, started) = Find<DaemonStarted>(_ => true);
        file.Replace(nr, started with { Settings = new Dictionary<string, string> { ["CPU_P95_SETPOINT"] = "a quarter" } });

        var (_, text) = Verify(file);

        Assert.Contains("CPU_P95_SETPOINT a quarter is not a number", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_is_decided_again()
    {
        var held = new MemoryInput(
            Story.Start, null, TimeSpan.FromMinutes(1), null, null, null, ByteSize.FromMiB(64), ByteSize.FromMiB(64), GatePosition.Open, Wanted: true);
        var decided = MemoryPolicy.Decide(RecordedSettings.Defaults.Settings!.Memory, MemoryState.Initial, held).Events;
        var released = Assert.IsType<MemoryReleaseOrdered>(Assert.Single(decided));

        Assert.Equal((true, "1 decision decided again, all as recorded\n"), Verify(released));
        Assert.False(Verify(released with { Cause = MemoryReleaseCause.Reserve }).Clean);
    }

    [Fact]
    public void Traffic_is_decided_again()
    {
        var started = new DaemonStarted(
            Story.Start, "1.0.0", "test", 2, new Dictionary<string, string> { ["NET_PEERS"] = "192.0.2.1" });
        var network = RecordedSettings.Of(started).Settings!.Network;
        var (state, events) = (FallbackState.Start, new List<NetworkEvent>());
        for (var second = 0; second < 300; second += 5)
        {
            var needed = second < 150;
            var input = new FallbackInput(
                Story.Start.AddSeconds(second), ShapeFamily.E2, Percent.Of(needed ? 10 : 40), null, Percent.Of(1),
                new NetworkReading("eth0", BitRate.Zero, BitRate.Zero, BitRate.FromMbit(50)), GatePosition.Open);
            var decision = FallbackPolicy.Decide(network, state, input);
            state = decision.State;
            if (decision.Event is { } happened)
                events.Add(happened);
        }

        var on = Assert.IsType<FallbackActivated>(events[0]);
        var off = Assert.IsType<FallbackDeactivated>(events[1]);
        Assert.Equal((true, "2 decisions decided again, all as recorded\n"), Verify(started, on, off));
        Assert.False(Verify(started, on with { RiskSince = on.At }, off).Clean);
        Assert.False(Verify(started, on, off with { Cause = FallbackEnd.GateClosed }).Clean);
    }

    private static (bool Clean, string Text) Verify(params IEvent[] events)
    {
        using var file = new JournalFile();
        file.Add(events);
        return Verify(file);
    }

    private JournalFile Copy() => new(month.File);

    private (long Nr, T Event) Find<T>(Func<T, bool> fits, int skip = 0)
    {
        var (nr, happened) = month.Story.Journal.Select((e, i) => (Nr: i + 1L, e)).Where(e => e.e is T t && fits(t)).Skip(skip).First();
        return (nr, (T)happened);
    }

    private static (bool Clean, string Text) Verify(JournalFile file)
    {
        using var text = new StringWriter();
        using var recording = file.Open();
        var clean = VerifyText.Write(text, recording.Entries());
        return (clean, text.ToString());
    }
}
