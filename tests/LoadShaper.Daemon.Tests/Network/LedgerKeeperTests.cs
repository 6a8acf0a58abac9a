using LoadShaper.Daemon.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Network;

public sealed class LedgerKeeperTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly BudgetSettings Budget = new();

    private static readonly Traffic Period = Traffic.To(isPrivate: false, 1_000_000);

    /// <summary>A daemon that sends, and is killed at a random moment of the protocol, a hundred times.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Over_any_kills_the_ledger_never_shows_less_than_was_sent_and_at_most_one_reservation_more_for_each(int seed)
    {
        var chance = new Random(seed);
        var disk = LedgerState.Start;
        long sent = 0;
        const int kills = 100;
        for (var kill = 0; kill < kills; kill++)
        {
            var keeper = new LedgerKeeper(Budget);
            var own = 0L;
            IReadOnlyList<LedgerEvent> written = [];
            keeper.Record(disk);
            for (var steps = chance.Next(1, 60); steps > 0; steps--)
            {
                switch (chance.Next(4))
                {
                    case 0:
                        keeper.CountGenerator(Traffic.To(isPrivate: false, own));
                        if (keeper.Reserve(At, Period, Traffic.None) is { Count: > 0 } entries)
                            written = entries;
                        break;
                    case 1 when written.Count > 0:
                        disk = written.Aggregate(disk, (state, entry) => state.Apply(entry));
                        keeper.Record(disk);
                        written = [];
                        break;
                    default:
                        var more = Math.Min(chance.Next(1, 400_000), keeper.Until.External.Bytes - own);
                        own += Math.Max(0, more);
                        sent += Math.Max(0, more);
                        break;
                }
                Assert.True(disk.Counted.Total.Bytes >= sent, $"seed {seed}, kill {kill}");
            }
        }

        Assert.True(disk.Counted.Total.Bytes <= sent + (kills + 1) * Period.Total.Bytes);
    }

    [Fact]
    public void Settled_in_order_it_shows_exactly_what_was_sent()
    {
        var keeper = new LedgerKeeper(Budget);
        var disk = LedgerState.Start;
        keeper.Record(disk);
        disk = disk.Apply(Assert.Single(keeper.Reserve(At, Period, Traffic.None)));
        Assert.True(keeper.Record(disk));

        keeper.CountGenerator(Traffic.To(isPrivate: false, 123_456));
        disk = disk.Apply(Assert.Single(keeper.Settle(At)));

        Assert.Equal(Traffic.To(isPrivate: false, 123_456), disk.Counted);
    }

    [Fact]
    public void An_entry_on_its_way_to_the_disk_is_not_overtaken()
    {
        var keeper = new LedgerKeeper(Budget);
        keeper.Record(LedgerState.Start);
        Assert.NotEmpty(keeper.Reserve(At, Period, Traffic.None));

        Assert.Empty(keeper.Reserve(At, Period, Traffic.None));
    }

    [Fact]
    public void An_entry_that_leaves_the_state_as_it_was_is_on_disk_when_it_is_recorded()
    {
        var keeper = new LedgerKeeper(new BudgetSettings { Monthly = ByteSize.Zero });
        var disk = LedgerState.Start;
        keeper.Record(disk);
        for (var i = 0; i < 2; i++)
        {
            disk = Fold(disk, keeper.Reserve(At, Period, Traffic.None));
            keeper.Record(disk);
            Assert.False(keeper.IsPending);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_journal_that_is_lost_gives_no_budget_back(bool pending)
    {
        var keeper = new LedgerKeeper(new BudgetSettings { Monthly = ByteSize.FromBytes(3_000_000) });
        keeper.Record(LedgerState.Start);
        var disk = Fold(LedgerState.Start, keeper.Reserve(At, Period, Traffic.None));
        keeper.Record(disk);
        keeper.CountGenerator(Traffic.To(isPrivate: false, 900_000));
        keeper.Record(disk = Fold(disk, keeper.Reserve(At, Period, Traffic.None)));
        keeper.CountGenerator(Traffic.To(isPrivate: false, 1_500_000));
        if (pending)
            Assert.NotEmpty(keeper.Reserve(At, Period, Traffic.None));

        Assert.True(keeper.Record(LedgerState.Start));

        Assert.True(keeper is { IsPending: false, IsDue: true });
        Assert.Equal(1_500_000, keeper.Until.Total.Bytes);
        disk = Fold(LedgerState.Start, keeper.Reserve(At, Period, Traffic.None));
        Assert.Equal(1_500_000, disk.Sent.Total.Bytes);
        Assert.True(keeper.Record(disk));
        Assert.False(keeper.IsPending);
    }

    [Fact]
    public void A_pending_entry_that_is_recorded_in_a_new_journal_is_on_disk()
    {
        var keeper = new LedgerKeeper(new BudgetSettings { Monthly = ByteSize.FromBytes(1_000_000) });
        keeper.Record(LedgerState.Start);
        keeper.Record(Fold(LedgerState.Start, keeper.Reserve(At, Period, Traffic.None)));
        keeper.CountGenerator(Traffic.To(isPrivate: false, 900_000));
        var warned = Fold(LedgerState.Start, keeper.Reserve(At, Period, Traffic.None));
        Assert.Equal(BudgetLevel.Warning, warned.Level);
        keeper.Record(warned);

        // The new journal does not show the level.
        Assert.True(keeper.Record(Fold(LedgerState.Start, keeper.Reserve(At, Period, Traffic.None))));

        Assert.False(keeper.IsPending);
    }

    [Fact]
    public void What_a_lost_journal_showed_of_a_past_month_is_not_part_of_the_next()
    {
        var keeper = new LedgerKeeper(Budget);
        keeper.Record(LedgerState.Start);
        keeper.Record(Fold(LedgerState.Start, keeper.Reserve(At, Period, Traffic.None)));
        keeper.CountGenerator(Period);
        keeper.Record(Fold(keeper.OnDisk!, keeper.Reserve(At, Period, Traffic.None)));

        keeper.Record(LedgerState.Start);

        Assert.Equal(Traffic.None, Fold(LedgerState.Start, keeper.Reserve(At.AddMonths(1), Period, Traffic.None)).Sent);
    }

    [Fact]
    public void A_month_far_ahead_is_corrected_by_the_next_entry()
    {
        var keeper = new LedgerKeeper(Budget);
        var ahead = new LedgerState(new DateOnly(2036, 1, 1), Period, Traffic.None, BudgetLevel.Within);
        keeper.Record(ahead);

        var disk = Fold(ahead, keeper.Reserve(At, Period, Traffic.None));

        Assert.True(keeper.Record(disk));
        Assert.Equal((new DateOnly(2026, 11, 1), Period), (disk.Month, disk.Sent));
    }

    [Fact]
    public void What_a_receiver_answers_does_not_let_the_reservation_grow()
    {
        var keeper = new LedgerKeeper(Budget);
        keeper.Record(LedgerState.Start);
        var forHellos = new Traffic(LedgerKeeper.ForHellos, LedgerKeeper.ForHellos);
        var reserved = new HashSet<Traffic>();
        for (var round = 1; round <= 1000; round++)
        {
            keeper.CountReceiver(Traffic.To(isPrivate: true, 5000 * round));
            keeper.Record(Fold(keeper.OnDisk!, keeper.Reserve(At, Traffic.None, forHellos)));
            reserved.Add(keeper.OnDisk!.Reserved);
        }

        Assert.Equal(forHellos, Assert.Single(reserved));
        Assert.Equal(LedgerKeeper.ForHellos.Bytes, keeper.Until.Total.Bytes);
    }

    [Fact]
    public void A_generator_that_was_restarted_may_send_nothing_until_the_next_entry_is_on_disk()
    {
        var keeper = new LedgerKeeper(Budget);
        var disk = LedgerState.Start;
        keeper.Record(disk);
        disk = disk.Apply(Assert.Single(keeper.Reserve(At, Period, Traffic.None)));
        keeper.Record(disk);
        keeper.CountGenerator(Traffic.To(isPrivate: false, 500_000));

        keeper.CountGenerator(Traffic.To(isPrivate: false, 10));

        Assert.Equal(Traffic.None, keeper.Until);
        disk = disk.Apply(Assert.Single(keeper.Reserve(At, Period, Traffic.None)));
        Assert.True(disk.Sent.Total >= Period.Total);
    }

    private static LedgerState Fold(LedgerState state, IReadOnlyList<LedgerEvent> entries) => entries.Aggregate(state, (before, entry) => before.Apply(entry));
}
