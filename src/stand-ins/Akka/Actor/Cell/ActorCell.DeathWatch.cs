#nullable disable
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

public sealed partial class ActorCell
{
    // Whom this actor watches, with the message it wants instead of Terminated, if any.
    private Dictionary<IActorRef, object> _watching;

    // Whose Terminated is on its way to this actor; an Unwatch takes it out.
    private Dictionary<IActorRef, object> _terminated;
    private HashSet<IActorRef> _watchedBy;

    public IActorRef Watch(IActorRef subject) => WatchFor(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message) => WatchFor(subject, message ?? throw new ArgumentNullException(nameof(message), "message must not be null"));

    public IActorRef Unwatch(IActorRef subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (!subject.Equals(_self) && _watching is not null && _watching.Remove(subject)) ((IInternalActorRef)subject).SendSystemMessage(new Unwatch((IInternalActorRef)subject, _self));
        _terminated?.Remove(subject);
        return subject;
    }

    /// <summary>Lets a Terminated through that was handled before and stashed.</summary>
    internal void TerminatedQueuedFor(IActorRef subject) => (_terminated ??= []).TryAdd(subject, null);

    private IActorRef WatchFor(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (subject.Equals(_self)) return subject;
        if (!(_watching ??= []).TryAdd(subject, message)) return subject;
        var watchee = (IInternalActorRef)subject;
        watchee.SendSystemMessage(new Watch(watchee, _self));
        return subject;
    }

    private void ReceivedTerminated(Terminated terminated)
    {
        if (_terminated is not null && _terminated.Remove(terminated.ActorRef, out var message)) ReceiveMessage(message ?? terminated);
    }

    private void WatchedActorTerminated(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    {
        if (_watching is not null && _watching.Remove(actor, out var message) && !IsTerminating)
        {
            (_terminated ??= []).TryAdd(actor, message);
            _self.Tell(new Terminated(actor, existenceConfirmed, addressTerminated), actor);
        }

        if (_children.ByRef(actor) is not null) HandleChildTerminated(actor);
    }

    private void TellWatchersWeDied()
    {
        if (_watchedBy is null) return;

        // The parent has heard already.
        foreach (var watcher in _watchedBy.Where(w => !w.Equals(ParentRef)))
            ((IInternalActorRef)watcher).SendSystemMessage(new DeathWatchNotification(_self, existenceConfirmed: true, addressTerminated: false));
        _watchedBy = null;
    }

    private void UnwatchWatchedActors()
    {
        if (_watching is not null)
        {
            foreach (var watchee in _watching.Keys.Cast<IInternalActorRef>()) watchee.SendSystemMessage(new Unwatch(watchee, _self));
        }

        _watching = null;
        _terminated = null;
    }

    private void AddWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (!watchee.Equals(_self))
        {
            if (watcher.Equals(_self)) Watch(watchee);
        }
        else if (!watcher.Equals(_self) && (_watchedBy ??= []).Add(watcher) && SystemImpl.Settings.DebugLifecycle)
        {
            Publish(new Debug(_self.Path.ToString(), ActorType, $"now watched by {watcher}"));
        }
    }

    private void RemoveWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (!watchee.Equals(_self))
        {
            if (watcher.Equals(_self)) Unwatch(watchee);
        }
        else if (_watchedBy is not null && _watchedBy.Remove(watcher) && SystemImpl.Settings.DebugLifecycle)
        {
            Publish(new Debug(_self.Path.ToString(), ActorType, $"no longer watched by {watcher}"));
        }
    }
}
