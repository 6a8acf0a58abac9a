using Akka.Actor;
using Akka.Persistence;

namespace Akka.ContractTests.Persistence;

/// <summary>A persistent actor that does what it is told and remembers, in order, what it met.</summary>
public class Ledger : ReceivePersistentActor
{
    public sealed record Persist(params string[] Events);

    public sealed record PersistTogether(params string[] Events);

    public sealed record PersistAsync(params string[] Events);

    public sealed record PersistUnwritable(string Event);

    public sealed record PersistTogetherUnwritable(string Before, string Unwritable);

    public sealed record PersistAfterPause(string Event);

    public sealed record Defer(string What);

    public sealed record Note(string What);

    public sealed record Snapshot;

    public sealed record Delete(long To);

    public sealed record DropSnapshot(long SequenceNr);

    public sealed record DropSnapshots(SnapshotSelectionCriteria Criteria);

    public sealed record Fail;

    public sealed record Ask;

    public sealed record State(IReadOnlyList<string> Met, IReadOnlyList<string> Seen, long LastSequenceNr);

    private readonly List<string> _met = [];
    private readonly List<string> _seen = [];
    private readonly Recovery _recovery;
    private IActorRef? _asker;

    public Ledger(string persistenceId, Recovery? recovery = null)
    {
        PersistenceId = persistenceId;
        _recovery = recovery ?? Recovery.Default;

        Recover<Happened>(e =>
        {
            _met.Add($"replayed {e.What}@{LastSequenceNr}");
            _seen.Add(e.What);
        });
        Recover<SnapshotOffer>(offer =>
        {
            _met.Add($"offered @{offer.Metadata.SequenceNr}");
            _seen.AddRange(((Total)offer.Snapshot).Seen);
        });
        Recover<RecoveryCompleted>(_ => _met.Add($"recovered @{LastSequenceNr}"));

        Command<Persist>(c =>
        {
            // Not a loop statement, which Akka's analyzer AK1006 refuses: one Persist after another is what is tested.
            Array.ForEach(c.Events, e => base.Persist(new Happened(e), Stored));
            _met.Add($"asked @{LastSequenceNr}");
        });
        Command<PersistTogether>(c => PersistAll(c.Events.Select(e => new Happened(e)), Stored));
        Command<PersistAsync>(c =>
        {
            Array.ForEach(c.Events, e => base.PersistAsync(new Happened(e), Stored));
            _met.Add($"asked @{LastSequenceNr}");
        });
        Command<PersistUnwritable>(c => base.Persist(new Unwritable(c.Event), e => _met.Add($"stored {e.What}")));
        Command<PersistTogetherUnwritable>(c => PersistAll(
            new IStored[] { new Happened(c.Before), new Unwritable(c.Unwritable) }, e => _met.Add($"stored {e}")));
        CommandAsync<PersistAfterPause>(async c =>
        {
            await Task.Yield();
            base.Persist(new Happened(c.Event), Stored);
            await Task.Yield();
            _met.Add("paused");
        });
        Command<Defer>(c => DeferAsync(c.What, what => _met.Add($"deferred {what}")));
        Command<Note>(c => _met.Add($"noted {c.What}"));
        Command<Snapshot>(_ => RememberAsker(() => SaveSnapshot(new Total([.. _seen]))));
        Command<Delete>(c => RememberAsker(() => DeleteMessages(c.To)));
        Command<DropSnapshot>(c => RememberAsker(() => base.DeleteSnapshot(c.SequenceNr)));
        Command<DropSnapshots>(c => RememberAsker(() => base.DeleteSnapshots(c.Criteria)));
        Command<Fail>(_ => throw new InvalidOperationException("told to fail"));
        Command<Ask>(_ => Sender.Tell(new State([.. _met], [.. _seen], LastSequenceNr)));
        CommandAny(answer => _asker.Tell(answer));
    }

    public override string PersistenceId { get; }

    public override Recovery Recovery => _recovery;

    public static Props For(string persistenceId, Recovery? recovery = null) =>
        Props.Create(() => new Ledger(persistenceId, recovery));

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        _met.Add($"rejected {sequenceNr}");

    private void Stored(Happened e)
    {
        _met.Add($"stored {e.What}@{LastSequenceNr}");
        _seen.Add(e.What);
        Sender.Tell(e);
    }

    private void RememberAsker(Action action)
    {
        _asker = Sender;
        action();
    }
}

public static class LedgerQuestions
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Waits until everything told before is done.</summary>
    public static Task<Ledger.State> State(this IActorRef ledger) => ledger.Ask<Ledger.State>(new Ledger.Ask(), Patience);

    public static Task<object> Answer(this IActorRef ledger, object command) => ledger.Ask<object>(command, Patience);

    public static void TellAll(this IActorRef ledger, params object[] commands)
    {
        foreach (var command in commands)
            ledger.Tell(command, ActorRefs.NoSender);
    }
}
