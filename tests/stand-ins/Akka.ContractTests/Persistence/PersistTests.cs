using Akka.Actor;
using Akka.Persistence;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Akka.ContractTests.Persistence;

/// <summary>What holds with every journal: once in memory, once in SQLite.</summary>
public abstract class PersistTests : IAsyncLifetime
{
    private IHost _host = null!;

    protected abstract Task<IHost> Start();

    public async Task InitializeAsync() => _host = await Start();

    public virtual Task DisposeAsync() => _host.StopAndDispose();

    private IActorRef New(string id, Recovery? recovery = null) => _host.System().ActorOf(Ledger.For(id, recovery));

    private async Task<IActorRef> Again(IActorRef ledger, string id, Recovery? recovery = null)
    {
        await ledger.GracefulStop(LedgerQuestions.Patience);
        return New(id, recovery);
    }

    [Fact]
    public async Task Events_are_told_again_in_their_order()
    {
        var ledger = New("order");
        ledger.TellAll(new Ledger.Persist("a", "b"), new Ledger.PersistTogether("c", "d"), new Ledger.PersistAsync("e"), new Ledger.Persist("f"));
        Assert.Equal(6, (await ledger.State()).LastSequenceNr);

        var again = await (await Again(ledger, "order")).State();
        Assert.Equal(
            ["replayed a@1", "replayed b@2", "replayed c@3", "replayed d@4", "replayed e@5", "replayed f@6", "recovered @6"], again.Met);
    }

    [Fact]
    public async Task A_command_waits_until_the_events_before_it_are_stored_and_handled()
    {
        var ledger = New("waits");
        ledger.TellAll(new Ledger.Persist("a", "b"), new Ledger.Note("x"), new Ledger.Persist("c"), new Ledger.Note("y"));
        Assert.Equal(
            ["recovered @0", "asked @0", "stored a@1", "stored b@2", "noted x", "asked @2", "stored c@3", "noted y"],
            (await ledger.State()).Met);
    }

    [Fact]
    public async Task The_sequence_number_changes_only_in_the_handler()
    {
        var ledger = New("number");
        Assert.Equal(new Happened("a"), await ledger.Answer(new Ledger.Persist("a")));
        Assert.Equal(["recovered @0", "asked @0", "stored a@1"], (await ledger.State()).Met);
    }

    [Fact]
    public async Task A_handler_answers_to_the_sender_of_the_command()
    {
        var ledger = New("sender");
        ledger.TellAll(new Ledger.Persist("first"));
        Assert.Equal(new Happened("a"), await ledger.Answer(new Ledger.Persist("a")));
        Assert.Equal(new Happened("b"), await ledger.Answer(new Ledger.PersistAsync("b")));
    }

    [Fact]
    public async Task Handlers_of_PersistAsync_run_in_the_order_of_their_events()
    {
        var ledger = New("async");
        for (var i = 0; i < 50; i++)
            ledger.TellAll(new Ledger.PersistAsync($"{i}"));
        var seen = new List<string>();
        while (seen.Count < 50)
            seen = [.. (await ledger.State()).Seen];
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), seen);
    }

    [Fact]
    public async Task DeferAsync_runs_at_once_when_nothing_is_pending()
    {
        var ledger = New("defer-now");
        ledger.TellAll(new Ledger.Defer("x"), new Ledger.Note("y"));
        Assert.Equal(["recovered @0", "deferred x", "noted y"], (await ledger.State()).Met);
    }

    [Fact]
    public async Task DeferAsync_runs_after_the_handlers_of_the_events_before_it()
    {
        var ledger = _host.System().ActorOf(Props.Create(() => new Deferring()));
        Assert.Equal("a b deferred c", await ledger.Answer("go"));
    }

    [Fact]
    public async Task Commands_wait_until_recovery_is_complete()
    {
        var ledger = New("early");
        ledger.TellAll(new Ledger.Persist("a"));
        await ledger.State();
        ledger = await Again(ledger, "early");
        ledger.TellAll(new Ledger.Note("x"), new Ledger.Note("y"));
        Assert.Equal(["replayed a@1", "recovered @1", "noted x", "noted y"], (await ledger.State()).Met);
    }

    [Fact]
    public async Task A_snapshot_is_offered_first_and_then_the_events_after_it()
    {
        var ledger = New("snapshot");
        ledger.TellAll(new Ledger.Persist("a", "b"));
        var saved = Assert.IsType<SaveSnapshotSuccess>(await ledger.Answer(new Ledger.Snapshot()));
        Assert.Equal(("snapshot", 2L), (saved.Metadata.PersistenceId, saved.Metadata.SequenceNr));
        ledger.TellAll(new Ledger.Persist("c"));
        await ledger.State();

        var again = await (await Again(ledger, "snapshot")).State();
        Assert.Equal(["offered @2", "replayed c@3", "recovered @3"], again.Met);
        Assert.Equal(["a", "b", "c"], again.Seen);
    }

    [Fact]
    public async Task Recovery_None_tells_nothing_and_keeps_the_sequence_number()
    {
        var ledger = New("none");
        ledger.TellAll(new Ledger.Persist("a", "b"));
        await ledger.Answer(new Ledger.Snapshot());
        ledger = await Again(ledger, "none", Recovery.None);
        await ledger.Answer(new Ledger.Persist("c"));
        Assert.Equal(["recovered @2", "asked @2", "stored c@3"], (await ledger.State()).Met);
    }

    [Fact]
    public async Task Recovery_can_end_at_a_sequence_number()
    {
        var ledger = New("until");
        ledger.TellAll(new Ledger.Persist("a", "b", "c"));
        await ledger.State();
        ledger = await Again(ledger, "until", new Recovery(SnapshotSelectionCriteria.None, 2));
        Assert.Equal(["a", "b"], (await ledger.State()).Seen);
    }

    [Fact]
    public async Task Recovery_can_be_limited_to_a_number_of_events()
    {
        var ledger = New("max");
        ledger.TellAll(new Ledger.Persist("a", "b", "c"));
        await ledger.State();
        ledger = await Again(ledger, "max", new Recovery(SnapshotSelectionCriteria.Latest, long.MaxValue, 1));
        Assert.Equal(["replayed a@1", "recovered @3"], (await ledger.State()).Met);
    }

    [Fact]
    public async Task Deleted_events_are_not_told_again_and_their_numbers_not_given_again()
    {
        var ledger = New("delete");
        ledger.TellAll(new Ledger.Persist("a", "b", "c"));
        Assert.Equal(new DeleteMessagesSuccess(2), await ledger.Answer(new Ledger.Delete(2)));
        ledger = await Again(ledger, "delete");
        Assert.Equal(["replayed c@3", "recovered @3"], (await ledger.State()).Met);

        Assert.Equal(new DeleteMessagesSuccess(3), await ledger.Answer(new Ledger.Delete(long.MaxValue)));
        ledger = await Again(ledger, "delete");
        await ledger.Answer(new Ledger.Persist("d"));
        Assert.Equal(["recovered @3", "asked @3", "stored d@4"], (await ledger.State()).Met);
    }

    [Fact]
    public async Task Events_that_are_not_there_yet_cannot_be_deleted()
    {
        var ledger = New("delete-future");
        ledger.TellAll(new Ledger.Persist("a"));
        var failure = Assert.IsType<DeleteMessagesFailure>(await ledger.Answer(new Ledger.Delete(2)));
        Assert.Equal(2, failure.ToSequenceNr);
    }

    [Fact]
    public async Task Snapshots_are_deleted_one_by_one_or_by_criteria()
    {
        var ledger = New("drop");
        foreach (var e in (string[])["a", "b", "c"])
        {
            await ledger.Answer(new Ledger.Persist(e));
            await ledger.Answer(new Ledger.Snapshot());
        }
        var one = Assert.IsType<DeleteSnapshotSuccess>(await ledger.Answer(new Ledger.DropSnapshot(3)));
        Assert.Equal(3, one.Metadata.SequenceNr);
        var until = new SnapshotSelectionCriteria(1);
        Assert.Equal(new DeleteSnapshotsSuccess(until), await ledger.Answer(new Ledger.DropSnapshots(until)));

        ledger = await Again(ledger, "drop");
        Assert.Equal(["offered @2", "replayed c@3", "recovered @3"], (await ledger.State()).Met);
        ledger = await Again(ledger, "drop", new Recovery(new SnapshotSelectionCriteria(1)));
        Assert.Equal("replayed a@1", (await ledger.State()).Met[0]);
    }

    [Fact]
    public async Task A_failed_actor_is_told_its_events_again_and_keeps_the_commands_that_waited()
    {
        var ledger = New("fails");
        ledger.TellAll(new Ledger.Persist("a"), new Ledger.Fail(), new Ledger.Note("x"), new Ledger.Persist("b"));
        Assert.Equal(["replayed a@1", "recovered @1", "noted x", "asked @1", "stored b@2"], (await ledger.State()).Met);
    }

    [Fact]
    public async Task What_an_async_command_persists_is_stored_when_it_is_done()
    {
        var ledger = New("pause");
        ledger.TellAll(new Ledger.PersistAfterPause("a"), new Ledger.Note("x"));
        Assert.Equal(["recovered @0", "paused", "stored a@1", "noted x"], (await ledger.State()).Met);
    }

    [Fact]
    public async Task Ledgers_do_not_mix()
    {
        var ledgers = Enumerable.Range(0, 10).Select(i => New($"mix-{i}")).ToList();
        for (var round = 0; round < 20; round++)
            foreach (var (i, ledger) in ledgers.Index())
                ledger.TellAll(new Ledger.Persist($"{i}.{round}"));
        foreach (var (i, ledger) in ledgers.Index())
        {
            await ledger.State();
            var again = await (await Again(ledger, $"mix-{i}")).State();
            Assert.Equal(Enumerable.Range(0, 20).Select(round => $"{i}.{round}"), again.Seen);
        }
    }

    [Fact]
    public async Task The_first_event_can_be_persisted_when_recovery_is_complete()
    {
        var starter = _host.System().ActorOf(Props.Create(() => new Starter()));
        Assert.Equal("1", await starter.Answer("how many"));
    }

    [Fact]
    public async Task A_stashed_command_comes_back_between_the_events()
    {
        var lazy = _host.System().ActorOf(Props.Create(() => new Lazy()));
        lazy.TellAll("later 1", "later 2", "open", "now");
        Assert.Equal("opened later 1 later 2 now", await lazy.Answer("what"));
    }

    [Fact]
    public async Task Persisting_while_events_are_told_again_is_refused()
    {
        var ledger = New("refused");
        await ledger.Answer(new Ledger.Persist("a"));
        await ledger.GracefulStop(LedgerQuestions.Patience);
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.System().ActorOf(Props.Create(() => new Eager("refused", told)));
        Assert.Equal("recovering InvalidOperationException replayed", await told.Task.WaitAsync(LedgerQuestions.Patience));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_fails_meanwhile_each_acknowledged_event_is_told_again_once(int seed)
    {
        var random = new Random(seed);
        var ledger = New("stress");
        var acknowledged = new List<Task<object>>();
        for (var i = 0; i < 200; i++)
        {
            switch (random.Next(5))
            {
                case 0:
                    ledger.TellAll(new Ledger.Fail());
                    break;
                case 1:
                    acknowledged.Add(Told(new Ledger.PersistAsync($"{i}")));
                    break;
                case 2:
                    acknowledged.Add(Told(new Ledger.PersistTogether($"{i}")));
                    break;
                case 3:
                    acknowledged.Add(Told(new Ledger.PersistAfterPause($"{i}")));
                    break;
                default:
                    acknowledged.Add(Told(new Ledger.Persist($"{i}")));
                    break;
            }
        }
        await ledger.Answer(new Ledger.Persist("last"));
        var before = await ledger.State();
        var after = await (await Again(ledger, "stress")).State();

        Assert.Equal(before.Seen, after.Seen);
        Assert.Equal(before.LastSequenceNr, after.LastSequenceNr);
        Assert.Equal(after.Seen.Distinct(), after.Seen);
        var known = acknowledged.Where(a => a.IsCompletedSuccessfully).Select(a => ((Happened)a.Result).What);
        Assert.Subset(after.Seen.ToHashSet(), known.ToHashSet());

        Task<object> Told(object command) => ledger.Ask<object>(command, LedgerQuestions.Patience);
    }

    [Fact]
    public async Task Timers_and_the_receive_timeout_reach_a_persistent_actor()
    {
        var timed = _host.System().ActorOf(Props.Create(() => new Timed()));
        Assert.Equal("tick timeout", await timed.Answer("when"));
    }

    private sealed class Deferring : UntypedPersistentActor
    {
        private readonly List<string> _met = [];
        private IActorRef? _asker;

        public override string PersistenceId => "deferring";

        protected override void OnCommand(object message)
        {
            _asker = Sender;
            PersistAsync(new Happened("a"), e => _met.Add(e.What));
            PersistAsync(new Happened("b"), e => _met.Add(e.What));
            DeferAsync("deferred", _met.Add);
            PersistAsync(new Happened("c"), e =>
            {
                _met.Add(e.What);
                _asker.Tell(string.Join(' ', _met));
            });
        }

        protected override void OnRecover(object message)
        {
        }
    }

    private sealed class Starter : ReceivePersistentActor
    {
        private int _events;

        public Starter()
        {
            Recover<RecoveryCompleted>(_ => Persist(new Happened("started"), _ => _events++));
            Command<string>(_ => Sender.Tell($"{_events}"));
        }

        public override string PersistenceId => "starter";
    }

    private sealed class Eager : ReceivePersistentActor
    {
        private readonly List<string> _met = [];
        private readonly TaskCompletionSource<string> _told;

        public Eager(string persistenceId, TaskCompletionSource<string> told)
        {
            PersistenceId = persistenceId;
            _told = told;
            Recover<Happened>(_ =>
            {
                _met.Add(IsRecovering ? "recovering" : "recovered");
                _met.Add(Assert.Throws<InvalidOperationException>(() => Persist(new Happened("b"), _ => { })).GetType().Name);
            });
        }

        public override string PersistenceId { get; }

        protected override void OnReplaySuccess() => _told.TrySetResult(string.Join(' ', [.. _met, "replayed"]));
    }

    private sealed class Lazy : ReceivePersistentActor
    {
        private readonly List<string> _met = [];

        public Lazy()
        {
            Command<string>(c => c == "open", _ => Persist(new Happened("opened"), e =>
            {
                _met.Add(e.What);
                Become(Opened);
                Stash.UnstashAll();
            }));
            CommandAny(_ => Stash.Stash());
        }

        public override string PersistenceId => "lazy";

        private void Opened()
        {
            Command<string>(c => c == "what", _ => Sender.Tell(string.Join(' ', _met)));
            Command<string>(c => Persist(new Happened(c), e => _met.Add(e.What)));
        }
    }

    private sealed class Timed : ReceivePersistentActor, IWithTimers
    {
        private readonly List<string> _met = [];
        private IActorRef? _asker;

        public Timed()
        {
            Command<string>(c => c == "when", _ =>
            {
                _asker = Sender;
                Timers.StartSingleTimer("key", "tick", TimeSpan.FromMilliseconds(1));
            });
            Command<string>(c => Persist(new Happened(c), e =>
            {
                _met.Add(e.What);
                SetReceiveTimeout(TimeSpan.FromMilliseconds(1));
            }));
            Command<ReceiveTimeout>(_ =>
            {
                SetReceiveTimeout(null);
                _asker.Tell(string.Join(' ', [.. _met, "timeout"]));
            });
        }

        public ITimerScheduler Timers { get; set; } = null!;

        public override string PersistenceId => "timed";
    }
}

public sealed class PersistInMemoryTests : PersistTests
{
    protected override Task<IHost> Start() => JournalFixture.StartInMemory();
}

public sealed class PersistInSqliteTests : PersistTests
{
    private readonly JournalFixture _journal = new();

    protected override Task<IHost> Start() => _journal.Start();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _journal.Dispose();
    }
}
