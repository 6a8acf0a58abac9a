using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;
using LoadShaper.Journal;

namespace LoadShaper.Replay.Tests;

/// <summary>A gate that flapped under the old law, the new one, and an upgrade between them: each event is verified by its own law.</summary>
public sealed class GateLawTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly GateSettings Settings = new();

    [Fact]
    public void Each_event_is_decided_again_by_the_law_of_its_version()
    {
        var (events, state) = Flap(GateLaw.Undamped, Start, GateState.Start);
        var (damped, _) = Flap(GateLaw.Damped, Start.AddHours(1), state);

        var verifier = Verify([.. events, .. damped]);

        Assert.Null(verifier.First);
        Assert.Equal(events.Count + damped.Count, verifier.Checked);
        Assert.True(events.Count > 3 * damped.Count, $"{events.Count} events without the hold, {damped.Count} with it");
    }

    [Fact]
    public void An_event_without_its_hold_is_no_decision_of_the_new_law()
    {
        var (events, _) = Flap(GateLaw.Damped, Start, GateState.Start);
        var second = events.FindIndex(1, happened => happened is GateClosed);
        events[second] = ((GateClosed)events[second]) with { Hold = new GateHold(5, events[second].At) };

        Assert.Equal(second + 2, Verify(events).First?.SequenceNr);
    }

    [Fact]
    public void A_recorded_state_contains_the_hold()
    {
        var (events, state) = Flap(GateLaw.Damped, Start, GateState.Start);
        var known = ControllerSnapshot.Empty with { Gate = state };
        var at = Start.AddHours(1);

        var read = (StateRecorded)EventWire.Read("state-recorded.1", EventWire.Write(new StateRecorded(at, known)));

        Assert.NotNull(state.Hold);
        Assert.Equal(state, read.Memory.Gate);
        Assert.NotEmpty(events);
    }

    private static (List<IEvent> Events, GateState State) Flap(GateLaw law, DateTimeOffset from, GateState state)
    {
        var events = new List<IEvent>();
        for (var i = 0; i < 360; i++)
        {
            var foreign = i % 4 < 2 ? 95 : 3;
            var input = new GateInput(from.AddSeconds(5 * i), Percent.Of(foreign), null, null, 0.1, Percent.Of(40), null);
            if (GatePolicy.Decide(Settings, state, input, law).Event is not { } happened)
                continue;
            events.Add(happened);
            state = state.Apply(happened);
        }

        return (events, state);
    }

    private static Verifier Verify(IReadOnlyList<IEvent> events)
    {
        var started = new DaemonStarted(
            Start, "test", "test", 2, SettingsTable.All.ToDictionary(setting => setting.Name, setting => setting.Default), ShapeFamily.E2);
        using var file = new JournalFile();
        file.Add([started, .. events]);
        using var recording = file.Open();
        var verifier = new Verifier();
        foreach (var entry in recording.Entries())
            verifier.Add(entry);
        verifier.Finish();
        return verifier;
    }
}
