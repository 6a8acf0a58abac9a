using LoadShaper.Daemon.Network;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Units;
using LoadShaper.Journal;
using Xunit;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>Entries of a minute with marks: few of them, and after a kill no more than one step counts without being sent.</summary>
public sealed class LedgerMarkTests : IDisposable
{
    // Of a row in the journal beside its message: the other columns and the entries of its indexes.
    private const int RowBytes = 200;

    private static readonly DateTimeOffset At = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly Traffic Hellos = new(ByteSize.Zero, LedgerKeeper.ForHellos);
    private static readonly Traffic Step = Traffic.To(isPrivate: true, 1_000_000);

    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-marks-").FullName;
    private readonly List<LedgerMarkFile> _files = [];

    private string MarkPath => Path.Combine(_directory, LedgerMarkFile.FileName);

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void After_a_kill_at_any_moment_the_next_entry_counts_what_was_sent_and_at_most_one_step_more(int seed)
    {
        var chance = new Random(seed);
        var disk = LedgerState.Start;
        long sent = 0;
        for (var kill = 0; kill < 200; kill++)
        {
            var before = (Counted: disk.Sent.Total.Bytes, Sent: sent);
            var keeper = NewKeeper();
            keeper.Record(disk);
            disk = Fold(disk, keeper.Reserve(At, Step, Hellos));
            // The first entry of a run settles the run before.
            Assert.InRange(disk.Sent.Total.Bytes, sent, sent + (kill + 1) * (Step + Hellos).Total.Bytes);
            if (chance.Next(10) == 0)
                continue;
            keeper.Record(disk);
            var (own, answered) = (0L, 0L);
            IReadOnlyList<LedgerEvent> written = [];
            for (var steps = chance.Next(0, 150); steps > 0; steps--)
            {
                switch (chance.Next(6))
                {
                    case 0 when written.Count == 0:
                        keeper.CountGenerator(Traffic.To(isPrivate: true, own));
                        if (keeper.IsDue || !keeper.TryAllow(Step, Hellos))
                            written = keeper.Reserve(At, Step, Hellos);
                        break;
                    case 1 when written.Count > 0:
                        disk = Fold(disk, written);
                        // Killed between the disk and the answer of the journal.
                        if (chance.Next(20) == 0)
                            steps = 1;
                        else
                            keeper.Record(disk);
                        written = [];
                        break;
                    case 2 when written.Count == 0 && keeper.HasBegun:
                        keeper.CountReceiver(Traffic.To(isPrivate: true, answered));
                        if (keeper.IsDue)
                            written = keeper.Reserve(At, Step, Hellos);
                        else
                            keeper.MarkAnswers(Hellos);
                        var answers = chance.Next(0, 2000);
                        (answered, sent) = (answered + answers, sent + answers);
                        break;
                    default:
                        var more = Math.Max(0, Math.Min(chance.Next(1, 400_000), keeper.Until.Private.Bytes - own));
                        (own, sent) = (own + more, sent + more);
                        break;
                }
                Assert.True(disk.Counted.Total.Bytes >= sent, $"seed {seed}, kill {kill}");
            }
            Assert.True(sent >= before.Sent);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9_000)]
    public void A_day_of_steady_traffic_is_less_than_2_MB_of_journal(int answersInAPeriod)
    {
        // 12.5 Mbit/s, in the way of NetworkFallback: the generator reports when a tenth of its allowance is left.
        var perSecond = 1_562_500L;
        var step = Traffic.To(isPrivate: true, RatePolicy.ToReserve(BitRate.FromMbit(12.5), Period).Bytes);
        var hellos = Hellos + Traffic.To(isPrivate: true, answersInAPeriod * 3 / 2);
        var keeper = new LedgerKeeper(new BudgetSettings { Monthly = ByteSize.FromBytes(10_000 * BudgetSettings.Gigabyte) }, [], _ => true, Period);
        var disk = LedgerState.Start;
        keeper.Record(disk);
        var (bytes, own, low) = (0L, 0L, 0L);
        for (var second = 0; second < 86_400; second++)
        {
            own = Math.Min(own + perSecond, Math.Max(own, keeper.Until.Private.Bytes));
            var period = second % (int)Period.TotalSeconds == 0;
            if (period)
                keeper.CountReceiver(Traffic.To(isPrivate: true, (long)answersInAPeriod * second / 5));
            if (keeper.Until.Private.Bytes - own >= low && !(period && keeper.IsDue))
            {
                if (period)
                    keeper.MarkAnswers(hellos);
                continue;
            }
            keeper.CountGenerator(Traffic.To(isPrivate: true, own));
            if (!keeper.TryAllow(step, hellos))
            {
                var written = keeper.Reserve(At.AddSeconds(second), step, hellos);
                bytes += written.Sum(entry => EventWire.Write(entry).Length + RowBytes);
                keeper.Record(disk = Fold(disk, written));
            }
            low = (keeper.Until.Private.Bytes - own) / 10;
        }

        // Nearly all that the rate asks for was allowed in time.
        Assert.True(own > 0.9 * perSecond * 86_400, $"{own} bytes");
        Assert.InRange(bytes, 100_000, 2_000_000);
        Assert.True(disk.Counted.Total.Bytes >= own);
    }

    [Fact]
    public void While_it_runs_it_shows_what_is_allowed_and_not_the_whole_reservation()
    {
        var keeper = NewKeeper();
        keeper.Record(LedgerState.Start);
        var disk = Fold(LedgerState.Start, keeper.Reserve(At, Step, Hellos));
        Assert.True(disk.Reserved.Total.Bytes > 10 * Step.Total.Bytes);
        Assert.True(keeper.Record(disk));

        keeper.CountGenerator(Traffic.To(isPrivate: true, 600_000));

        Assert.Equal(600_000, keeper.Now!.Sent.Total.Bytes);
        Assert.InRange(keeper.Now.Counted.Total.Bytes, Step.Total.Bytes, (Step + Hellos).Total.Bytes);
        Assert.True(keeper.TryAllow(Step, Hellos));
        Assert.InRange(keeper.Until.Total.Bytes, 1_600_000, 1_600_000 + Hellos.Total.Bytes);
    }

    [Fact]
    public void At_the_end_of_the_budget_an_entry_is_one_step_and_the_budget_is_reached()
    {
        var keeper = new LedgerKeeper(new BudgetSettings { Monthly = ByteSize.FromBytes(20_000_000) }, [], _ => true, Period);
        var disk = LedgerState.Start;
        keeper.Record(disk);
        for (var round = 0; round < 100 && disk.Level != BudgetLevel.Reached; round++)
        {
            if (!keeper.TryAllow(Step, Hellos))
                keeper.Record(disk = Fold(disk, keeper.Reserve(At, Step, Hellos)));
            keeper.CountGenerator(keeper.Until);
        }

        Assert.Equal(BudgetLevel.Reached, disk.Level);
        Assert.InRange(disk.Sent.Total.Bytes, 19_900_000, 20_000_000);
    }

    [Fact]
    public void Marks_that_cannot_be_written_leave_an_entry_for_each_step()
    {
        var works = true;
        var keeper = new LedgerKeeper(new BudgetSettings(), [], _ => works, Period);
        var disk = LedgerState.Start;
        keeper.Record(disk);
        keeper.Record(disk = Fold(disk, keeper.Reserve(At, Step, Hellos)));
        var until = keeper.Until;
        works = false;

        keeper.CountGenerator(until);
        Assert.False(keeper.TryAllow(Step, Hellos));

        Assert.Equal(until, keeper.Until);
        keeper.Record(disk = Fold(disk, keeper.Reserve(At, Step, Hellos)));
        Assert.Equal((Step + Hellos).Total, disk.Reserved.Total);
        Assert.Equal((until + Step).Total.Bytes + LedgerKeeper.ForHellos.Bytes / 2, keeper.Until.Total.Bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("""{"version":2,"boot":"this","marks":[]}""")]
    [InlineData("""{"version":1,"boot":"this","marks":[null,5]}""")]
    [InlineData("""{"version":1,"boot":"this"}""")]
    [InlineData("""{"version":1,"boot":"this","marks":[{"month":"2026-11-01","sent_external":0,"sent_private":0,"reserved_external":0,"reserved_private":10,"used_external":0,"used_private":11}]}""")]
    [InlineData("""{"version":1,"boot":"this","marks":[{"month":"2026-11-01","sent_external":0,"sent_private":0,"reserved_external":0,"reserved_private":10,"used_external":0}]}""")]
    public void A_damaged_file_holds_no_marks(string text)
    {
        File.WriteAllText(MarkPath, text.PadRight(1024));

        Assert.Empty(NewFile("this").Read());
    }

    [Fact]
    public void Marks_are_of_one_boot_and_read_as_they_were_written()
    {
        var mark = new LedgerMark(new DateOnly(2026, 11, 1), new Traffic(ByteSize.FromBytes(long.MaxValue), Step.Private), Step, Step);
        var longer = mark with { Used = Traffic.None };
        Assert.Empty(NewFile("this").Read());
        using (var file = NewFile("this"))
        {
            Assert.True(file.TryWrite([mark, longer]));
            Assert.True(file.TryWrite([mark]));
        }

        Assert.Equal([mark], NewFile("this").Read());
        Assert.Empty(NewFile("another").Read());
        Assert.Empty(NewFile("").Read());
        // Of the kernel of this machine.
        Assert.Equal(36, LedgerMarkFile.ReadBootId().Length);
        Assert.Equal("", LedgerMarkFile.ReadBootId(Path.Combine(_directory, "missing")));
    }

    [Fact]
    public void Without_a_boot_id_or_a_directory_nothing_is_marked_and_the_reason_is_kept()
    {
        var unknown = NewFile("");
        Assert.False(unknown.TryWrite([]));
        Assert.Contains("boot id", unknown.Problem, StringComparison.Ordinal);
        Assert.False(File.Exists(MarkPath));

        using var missing = new LedgerMarkFile(Path.Combine(_directory, "missing", LedgerMarkFile.FileName), "this");
        Assert.False(missing.TryWrite([]));
        Assert.NotNull(missing.Problem);
        Assert.False(missing.TryWrite([]));
    }

    private LedgerKeeper NewKeeper()
    {
        var file = NewFile("this");
        return new LedgerKeeper(new BudgetSettings(), file.Read(), file.TryWrite, Period);
    }

    private LedgerMarkFile NewFile(string boot)
    {
        foreach (var before in _files)
            before.Dispose();
        _files.Clear();
        _files.Add(new LedgerMarkFile(MarkPath, boot));
        return _files[0];
    }

    private static LedgerState Fold(LedgerState state, IReadOnlyList<LedgerEvent> entries) => entries.Aggregate(state, (before, entry) => before.Apply(entry));
}
