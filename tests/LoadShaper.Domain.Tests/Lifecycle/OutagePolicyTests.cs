using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Network.Ledger;
using Xunit;

namespace LoadShaper.Domain.Tests.Lifecycle;

public sealed class OutagePolicyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly OutageInput Ended = new OutageInput.ControllerEnded(Noon);

    [Fact]
    public void A_controller_that_ends_idles_the_workers_at_once_and_is_tried_again_after_a_second()
    {
        var (state, plan) = Decide(OutageState.None, new OutageInput.Failed("disk full", Damaged: false, InRecovery: false), Ended);

        Assert.Equal((Noon, "disk full", false), (state.Since, state.Problem, state.DecidesInMemory));
        Assert.Equal(new OutagePlan(IdleWorkers: true, RetryAfter: TimeSpan.FromSeconds(1), PatienceAfter: OutagePolicy.Patience), plan);
    }

    [Fact]
    public void A_controller_that_ends_without_a_reason_is_an_outage_too() =>
        Assert.Contains("see the log", Decide(OutageState.None, Ended).State.Problem, StringComparison.Ordinal);

    [Fact]
    public void The_delay_grows_over_failures_of_both_kinds_up_to_a_minute()
    {
        var (state, delays) = (OutageState.None, new List<double>());
        for (var i = 0; i < 8; i++)
        {
            var decision = OutagePolicy.Decide(state, i % 2 == 0 ? Ended : new OutageInput.NotPrepared("not mounted"));
            state = decision.State;
            delays.Add(decision.Plan.RetryAfter!.Value.TotalSeconds);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], delays);
    }

    [Fact]
    public void The_outage_and_its_patience_begin_with_the_first_end_and_not_with_each_retry()
    {
        var (state, _) = Decide(OutageState.None, Ended);
        var (again, plan) = Decide(state, new OutageInput.Prepared(), new OutageInput.ControllerEnded(Noon.AddMinutes(5)));

        Assert.Equal(Noon, again.Since);
        Assert.Null(plan.PatienceAfter);
    }

    [Fact]
    public void A_file_that_can_be_used_starts_the_controller_and_is_not_damaged_any_more()
    {
        var (state, plan) = Decide(OutageState.None, new OutageInput.Failed("malformed", Damaged: true, InRecovery: true), Ended, new OutageInput.Prepared());

        Assert.Equal(new OutagePlan(StartController: true), plan);
        Assert.Equal((false, true, false), (state.IsDamaged, state.IsUnreadable, state.IsAvailable));
    }

    [Fact]
    public void After_an_hour_decisions_are_made_in_memory_until_the_journal_is_available()
    {
        var (state, _) = Decide(OutageState.None, Ended, new OutageInput.PatienceElapsed());
        Assert.True(state.DecidesInMemory);

        var (recovered, plan) = Decide(state, new OutageInput.Recovered());
        Assert.Equal(OutageState.None, recovered);
        Assert.Equal(TimeSpan.Zero, plan.PatienceAfter);
    }

    [Fact]
    public void A_patience_that_ends_after_the_outage_changes_nothing() =>
        Assert.Equal(OutageState.None, Decide(OutageState.None, new OutageInput.PatienceElapsed()).State);

    [Fact]
    public void Of_unrecorded_events_an_entry_of_the_ledger_is_never_dropped()
    {
        var unrecorded = new UnrecordedEvents();
        var entry = new TrafficReserved(new LedgerInput(Noon, Traffic.None, Traffic.None), new DateOnly(2026, 11, 1), Traffic.None, Traffic.None);
        unrecorded.Add(entry);
        for (var i = 0; i <= UnrecordedEvents.Most; i++)
            unrecorded.Add(new DaemonStopped(Noon, $"{i}"));

        Assert.Same(entry, unrecorded.All[0]);
        Assert.Equal((UnrecordedEvents.Most, "2"), (unrecorded.All.Count, ((DaemonStopped)unrecorded.All[1]).Reason));
    }

    [Fact]
    public void Of_unrecorded_events_the_oldest_are_dropped_and_only_the_recorded_objects_are_removed()
    {
        var unrecorded = new UnrecordedEvents();
        var first = new DaemonStopped(Noon, "first");
        for (var i = 0; i < UnrecordedEvents.Most; i++)
            unrecorded.Add(new DaemonStopped(Noon, $"{i}"));
        unrecorded.Add(new DaemonStopped(Noon, "last"));
        Assert.Equal(("1", "last", UnrecordedEvents.Most), (Reason(0), Reason(^1), unrecorded.All.Count));

        unrecorded.AddFirst(first);
        unrecorded.AddFirst(first);
        Assert.Equal(("first", "1"), (Reason(0), Reason(1)));
        unrecorded.Remove([new DaemonStopped(Noon, "last"), first]);
        Assert.Equal(("1", "last"), (Reason(0), Reason(^1)));

        string Reason(Index index) => ((DaemonStopped)unrecorded.All.ToArray()[index]).Reason;
    }

    private static OutageDecision Decide(OutageState state, params OutageInput[] inputs)
    {
        var decision = new OutageDecision(state, OutagePlan.Nothing);
        foreach (var input in inputs)
            decision = OutagePolicy.Decide(decision.State, input);
        return decision;
    }
}
