using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Page;
using LoadShaper.Daemon.Tests.Network;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.History;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Page;

public sealed class HistoryReporterTests : TestKit
{
    private readonly TestProbe _store;
    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-history-").FullName;

    public HistoryReporterTests()
        : base(VirtualTime.Config) => _store = CreateTestProbe();

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Nothing_is_read_before_somebody_looks()
    {
        await Create().Ask<ActorIdentity>(new Identify(null), TimeSpan.FromMinutes(1));

        await ExpectNothingAsync();
    }

    [Fact]
    public async Task The_first_look_asks_for_two_windows_of_minutes_and_they_appear()
    {
        var reporter = Create();
        var first = await AskAsync(reporter);
        var wanted = await _store.ExpectMsgAsync<MinutesWanted>();
        var now = Scheduler.Now;
        _store.Reply(new MinuteHistory([new MinuteMean(now.AddHours(-1), TimeSpan.FromMinutes(1), 30, 30, 12)]));
        var then = await UntilRestoredAsync(reporter);

        Assert.False(first.Restored);
        Assert.Equal(TimeSpan.FromDays(14), wanted.To - wanted.From);
        Assert.NotEqual(first.Key, then.Key);
        Assert.Equal(12, Assert.Single(then.Points!, point => point.SeenMinutes > 0).Own);
        await ExpectNothingAsync();
    }

    [Fact]
    public async Task A_known_history_is_not_sent_again()
    {
        var reporter = Create();
        await AskAsync(reporter);
        await _store.ExpectMsgAsync<MinutesWanted>();
        _store.Reply(MinuteHistory.Empty);
        var seen = await UntilRestoredAsync(reporter);

        Assert.Null((await AskAsync(reporter, seen.Key)).Points);
        Scheduler.Advance(WeekHistory.Step);
        Assert.NotNull((await AskAsync(reporter, seen.Key)).Points);
    }

    [Fact]
    public async Task Gate_plans_and_verdict_of_earlier_days_come_from_the_journal()
    {
        var begin = new DateTimeOffset(Scheduler.Now.UtcDateTime.Date.AddDays(-2).AddHours(10), TimeSpan.Zero);
        var signals = new GateInput(begin, Percent.Of(90), null, null, null, null, null);
        RecordedJournal.Write(
            JournalPath,
            new StateRecorded(begin, ControllerSnapshot.Empty with { Verdict = VerdictKind.Safe }),
            new GateClosed(begin.AddMinutes(15), GatePosition.Closed, GateCauses.ForeignCpu, signals),
            new GateOpened(begin.AddMinutes(30), signals),
            new DaemonStopped(begin.AddMinutes(45), "test"));
        var reporter = Create();
        await AskAsync(reporter);
        await _store.ExpectMsgAsync<MinutesWanted>();
        _store.Reply(MinuteHistory.Empty);

        var known = (await UntilRestoredAsync(reporter)).Points!.Where(point => point.Gate is not null).ToList();

        Assert.Equal([begin, begin.AddMinutes(30)], known.Select(point => point.Start));
        Assert.Equal([0.5, 0.0], known.Select(point => point.Gate!.Closed));
        Assert.Equal(GateCauses.ForeignCpu, known[0].Gate!.Causes);
        Assert.Equal(0.5, known[0].Plans![PlanKind.Held]);
        Assert.Equal(VerdictKind.Safe, known[1].Verdict);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_delays_nothing()
    {
        var reporter = Create();
        var first = await AskAsync(reporter);
        await _store.ExpectMsgAsync<MinutesWanted>();
        Scheduler.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(337, first.Points!.Count);
        Assert.True((await UntilRestoredAsync(reporter)).Restored);
    }

    [Fact]
    public async Task Minutes_that_are_not_available_are_asked_for_again_after_a_minute()
    {
        var reporter = Create();
        await AskAsync(reporter);
        await _store.ExpectMsgAsync<MinutesWanted>();
        _store.Reply(MinuteHistory.Unavailable);
        // Answered after the message above: the timer runs.
        Assert.False((await AskAsync(reporter)).Restored);
        Scheduler.Advance(TimeSpan.FromSeconds(59));
        await ExpectNothingAsync();
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await _store.ExpectMsgAsync<MinutesWanted>();
        _store.Reply(new MinuteHistory([new MinuteMean(Scheduler.Now.AddHours(-1), TimeSpan.FromMinutes(1), 30, 30, 12)]));

        Assert.Equal(12, Assert.Single((await UntilRestoredAsync(reporter)).Points!, point => point.SeenMinutes > 0).Own);
        Scheduler.Advance(TimeSpan.FromMinutes(5));
        await ExpectNothingAsync();
    }

    // A message of before would come first.
    private async Task ExpectNothingAsync()
    {
        _store.Ref.Tell("nothing before this");
        await _store.ExpectMsgAsync("nothing before this");
    }

    private string JournalPath => Path.Combine(_directory, "journal.db");

    // Without a journal in the directory that is reported in the log and nowhere else.
    private IActorRef Create() => Sys.ActorOf(Props.Create(() => new HistoryReporter(
        new HistoryReporterSetup(IdleRule.Oracle, TimeSpan.FromSeconds(5), JournalPath, _store.Ref))));

    private static Task<HistorySnapshot> AskAsync(IActorRef reporter, string? known = null) =>
        reporter.Ask<HistorySnapshot>(new HistoryWanted(known), TimeSpan.FromMinutes(1));

    private static async Task<HistorySnapshot> UntilRestoredAsync(IActorRef reporter)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            if (await AskAsync(reporter) is { Restored: true } snapshot)
                return snapshot;
            await Task.Delay(5, deadline.Token);
        }
    }
}
