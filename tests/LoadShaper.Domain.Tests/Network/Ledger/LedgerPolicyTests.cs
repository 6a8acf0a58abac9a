using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Network.Ledger;

public sealed class LedgerPolicyTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 30, 23, 59, 50, TimeSpan.Zero);

    private static readonly BudgetSettings Budget = new() { Monthly = Megabytes(1000) };

    private static readonly LedgerState November = new(new DateOnly(2026, 11, 1), Sent(100, 50), Traffic.None, BudgetLevel.Within);

    [Fact]
    public void What_was_sent_is_settled_and_what_is_wanted_is_reserved()
    {
        var decision = Decide(November with { Reserved = Sent(10, 0) }, new LedgerInput(At, Sent(9, 0), Sent(20, 5)));

        Assert.Equal(November with { Sent = Sent(109, 50), Reserved = Sent(20, 5) }, decision.State);
        Assert.Equal(decision.State, decision.Events.Aggregate(November, (state, e) => state.Apply(e)));
    }

    [Fact]
    public void After_a_kill_all_that_was_reserved_counts_as_sent()
    {
        var decision = Decide(November with { Reserved = Sent(10, 3) }, new LedgerInput(At, Traffic.None, Traffic.None, Resumed: true));

        Assert.Equal(Sent(110, 53), decision.State.Counted);
    }

    [Fact]
    public void Not_more_is_reserved_than_the_budget_leaves()
    {
        var decision = Decide(November with { Sent = Sent(600, 300) }, new LedgerInput(At, Traffic.None, Sent(300, 100)));

        Assert.Equal(Sent(75, 25), decision.State.Reserved);
    }

    [Fact]
    public void External_traffic_alone_is_limited_where_only_it_counts()
    {
        var external = Budget with { Counts = BudgetScope.External };
        var decision = LedgerPolicy.Decide(external, November with { Sent = Sent(900, 99999) }, new LedgerInput(At, Traffic.None, Sent(300, 500)));

        Assert.Equal(Sent(100, 500), decision.State.Reserved);
    }

    [Fact]
    public void Each_VM_has_its_share()
    {
        Assert.Equal(Megabytes(250), (Budget with { Vms = 4 }).Share);
    }

    [Theory]
    [InlineData(799, BudgetLevel.Within)]
    [InlineData(800, BudgetLevel.Warning)]
    [InlineData(999, BudgetLevel.Warning)]
    [InlineData(1000, BudgetLevel.Reached)]
    [InlineData(1001, BudgetLevel.Reached)]
    public void The_operator_is_warned_at_80_percent_and_traffic_ends_at_100(double megabytes, BudgetLevel level)
    {
        var decision = Decide(November with { Sent = Traffic.None }, new LedgerInput(At, Sent(megabytes, 0), Sent(50, 0)));

        Assert.Equal(level, decision.State.Level);
        Assert.Equal(level != BudgetLevel.Within, decision.Events.OfType<BudgetLevelChanged>().Any());
        if (level == BudgetLevel.Reached)
            Assert.Equal(Traffic.None, decision.State.Reserved);
    }

    [Fact]
    public void A_budget_of_0_is_reached_at_once()
    {
        var decision = LedgerPolicy.Decide(new BudgetSettings { Monthly = ByteSize.Zero }, LedgerState.Start, new LedgerInput(At, Traffic.None, Sent(1, 1)));

        Assert.Equal((BudgetLevel.Reached, Traffic.None), (decision.State.Level, decision.State.Reserved));
    }

    [Fact]
    public void A_new_month_begins_with_what_was_sent_in_it()
    {
        var used = November with { Sent = Sent(1000, 0), Reserved = Sent(3, 0), Level = BudgetLevel.Reached };
        var december = At.AddSeconds(20);

        Assert.Equal(BudgetLevel.Reached, LedgerPolicy.LevelAt(used, At));
        Assert.Equal(BudgetLevel.Within, LedgerPolicy.LevelAt(used, december));
        var decision = Decide(used, new LedgerInput(december, Sent(2, 0), Sent(5, 0), Resumed: true));
        Assert.Equal(new LedgerState(new DateOnly(2026, 12, 1), Sent(2, 0), Sent(5, 0), BudgetLevel.Within), decision.State);
    }

    [Fact]
    public void A_clock_that_was_set_back_gives_no_budget_back()
    {
        var decision = Decide(November with { Sent = Sent(990, 0) }, new LedgerInput(At.AddMonths(-1), Traffic.None, Sent(50, 0)));

        Assert.Equal((November.Month, Sent(10, 0)), (decision.State.Month, decision.State.Reserved));
    }

    [Fact]
    public void A_month_recorded_by_a_clock_far_ahead_is_corrected_and_its_total_stays()
    {
        var ahead = November with { Month = new DateOnly(2036, 1, 1) };
        Assert.True(LedgerPolicy.IsFarAhead(ahead, At));
        Assert.False(LedgerPolicy.IsFarAhead(November with { Month = new DateOnly(2026, 12, 1) }, At));

        var corrected = Decide(ahead, new LedgerInput(At, Sent(1, 0), Sent(50, 0), MonthCorrected: true)).State;
        Assert.Equal((November.Month, Sent(101, 50)), (corrected.Month, corrected.Sent));
        // Entries of earlier builds are decided as they were.
        Assert.Equal(ahead.Month, Decide(ahead, new LedgerInput(At, Sent(1, 0), Sent(50, 0))).State.Month);
    }

    [Fact]
    public void The_forecast_adds_the_present_rate_until_the_end_of_the_month()
    {
        var forecast = LedgerPolicy.Forecast(Budget, November, BitRate.FromMbit(8), At);

        Assert.Equal(Megabytes(150 + 10), forecast);
    }

    private static LedgerDecision Decide(LedgerState state, LedgerInput input) => LedgerPolicy.Decide(Budget, state, input);

    private static Traffic Sent(double external, double @private) => new(Megabytes(external), Megabytes(@private));

    private static ByteSize Megabytes(double megabytes) => ByteSize.FromBytes((long)(megabytes * 1_000_000));
}
