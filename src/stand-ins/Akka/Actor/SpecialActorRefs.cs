#nullable disable
using System.Collections.Concurrent;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>A reference to a path where no actor lives: what is told to it becomes a dead letter.</summary>
public class EmptyLocalActorRef : MinimalActorRef
{
    private readonly EventStream _eventStream;

    internal EmptyLocalActorRef(LocalActorRefProvider provider, ActorPath path, EventStream eventStream)
    {
        Provider = provider;
        Path = path;
        _eventStream = eventStream;
    }

    public override ActorPath Path { get; }

    public override LocalActorRefProvider Provider { get; }

    public override bool IsTerminated => true;

    public override void SendSystemMessage(ISystemMessage message) => SpecialHandle(message, Provider.DeadLetters);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is null) throw new InvalidMessageException("Message is null");
        if (message is DeadLetter letter) SpecialHandle(letter.Message, letter.Sender);
        else if (!SpecialHandle(message, sender)) PublishDeadLetter(message, sender);
    }

    protected virtual bool SpecialHandle(object message, IActorRef sender)
    {
        switch (message)
        {
            case Watch watch:
                if (watch.Watchee.Equals(this) && !watch.Watcher.Equals(this)) NotifyWatcher(watch);
                return true;
            case Unwatch:
                return true;
            case Identify identify:
                sender.Tell(new ActorIdentity(identify.MessageId, null), null);
                return true;
            case ActorSelectionMessage { Message: Identify identify } selection:
                if (!selection.WildCardFanOut) sender.Tell(new ActorIdentity(identify.MessageId, null), null);
                return true;
            case ActorSelectionMessage selection:
                if (selection.Message is IDeadLetterSuppression suppressedInside) PublishSuppressed(suppressedInside, sender);
                else PublishDeadLetter(selection.Message, sender);
                return true;
            case IDeadLetterSuppression suppressed:
                PublishSuppressed(suppressed, sender);
                return true;
            default:
                return false;
        }
    }

    private protected static void NotifyWatcher(Watch watch) =>
        watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false, addressTerminated: false));

    private protected void PublishDeadLetter(object message, IActorRef sender) =>
        _eventStream.Publish(new DeadLetter(message, sender.IsNobody() ? Provider.DeadLetters : sender, this));

    private protected void Publish(DeadLetter letter) => _eventStream.Publish(letter);

    private void PublishSuppressed(IDeadLetterSuppression message, IActorRef sender) =>
        _eventStream.Publish(new SuppressedDeadLetter(message, sender.IsNobody() ? Provider.DeadLetters : sender, this));
}

/// <summary>Where everything goes that could not be delivered.</summary>
public class DeadLetterActorRef : EmptyLocalActorRef
{
    internal DeadLetterActorRef(LocalActorRefProvider provider, ActorPath path, EventStream eventStream)
        : base(provider, path, eventStream)
    {
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        switch (message)
        {
            case null:
                throw new InvalidMessageException("Message is null");
            case Identify identify:
                sender.Tell(new ActorIdentity(identify.MessageId, ActorRefs.Nobody), null);
                break;
            case DeadLetter letter:
                if (!SpecialHandle(letter.Message, letter.Sender)) Publish(letter);
                break;
            default:
                if (!SpecialHandle(message, sender)) PublishDeadLetter(message, sender);
                break;
        }
    }

    protected override bool SpecialHandle(object message, IActorRef sender)
    {
        if (message is not Watch watch) return base.SpecialHandle(message, sender);
        if (!watch.Watchee.Equals(this) && !watch.Watcher.Equals(this)) NotifyWatcher(watch);
        return true;
    }
}

/// <summary>The parent of the references that await an answer: /temp.</summary>
internal sealed class TempContainer(LocalActorRefProvider provider, ActorPath path, IInternalActorRef parent) : MinimalActorRef
{
    private readonly ConcurrentDictionary<string, IInternalActorRef> _children = new();

    public override ActorPath Path => path;

    public override IInternalActorRef Parent => parent;

    public override LocalActorRefProvider Provider => provider;

    public override IActorRef GetChild(IReadOnlyList<string> name) =>
        name.Count == 0 || name[0].Length == 0 ? this
        : _children.TryGetValue(name[0], out var child) ? child.GetChild(name.Skip(1).ToArray())
        : ActorRefs.Nobody;

    internal void Add(IInternalActorRef child) => _children[child.Path.Name] = child;

    internal void Remove(IInternalActorRef child) => _children.TryRemove(child.Path.Name, out _);
}

/// <summary>Completes a task with the first message it is told: the sender of an Ask.</summary>
public class FutureActorRef<T> : MinimalActorRef
{
    private readonly TaskCompletionSource<T> _result;

    internal FutureActorRef(TaskCompletionSource<T> result, ActorPath path, LocalActorRefProvider provider)
    {
        _result = result;
        Path = path;
        Provider = provider;
    }

    public override ActorPath Path { get; }

    public override IInternalActorRef Parent => Provider.TempContainer;

    public override LocalActorRefProvider Provider { get; }

    protected override void TellInternal(object message, IActorRef sender)
    {
        var handled = false;
        switch (message)
        {
            case T answer:
                handled = _result.TrySetResult(answer);
                break;
            case null:
                handled = _result.TrySetResult(default);
                break;
            case Status.Failure failure:
                handled = _result.TrySetException(failure.Cause ?? new TaskCanceledException("Task cancelled by actor via Failure message."));
                break;
            default:
                _result.TrySetException(new ArgumentException($"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]"));
                break;
        }

        if (!handled && !_result.Task.IsCanceled) Provider.DeadLetters.Tell(message ?? default(T), this);
    }
}

/// <summary>Completes when the actor it watches has stopped.</summary>
internal sealed class TerminationPromise : MinimalActorRef
{
    private readonly TaskCompletionSource<bool> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal TerminationPromise(LocalActorRefProvider provider)
    {
        Provider = provider;
        Path = provider.TempPath();
    }

    public override ActorPath Path { get; }

    public override LocalActorRefProvider Provider { get; }

    internal Task Stopped => _stopped.Task;

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is DeathWatchNotification) _stopped.TrySetResult(true);
    }
}
