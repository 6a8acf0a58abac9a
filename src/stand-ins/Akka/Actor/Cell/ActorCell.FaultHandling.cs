#nullable disable
using System.Runtime.ExceptionServices;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

public sealed partial class ActorCell
{
    // Who made this actor fail: itself, or the child whose failure it escalates.
    private IActorRef _perpetrator;

    private bool IsFailed => _perpetrator is not null;

    private void HandleInvokeFailure(Exception cause, IReadOnlyCollection<IInternalActorRef> childrenNotToSuspend = null)
    {
        if (IsFailed) return;
        try
        {
            // No message is handled until the supervisor has decided.
            _mailbox.Suspend();
            if (CurrentMessage is Failed)
            {
                _perpetrator = Sender;
                SuspendChildren([.. childrenNotToSuspend ?? [], (IInternalActorRef)Sender]);
            }
            else
            {
                _perpetrator = _self;
                SuspendChildren(childrenNotToSuspend ?? []);
            }

            ParentRef.SendSystemMessage(new Failed(_self, cause, _self.Path.Uid));
        }
        catch (Exception e)
        {
            Publish(new Error(e, _self.Path.ToString(), ActorType, "Emergency stop: exception in failure handling for " + cause));
            try
            {
                StopChildren();
            }
            finally
            {
                FinishTerminate();
            }
        }
    }

    private void FaultSuspend()
    {
        _mailbox.Suspend();
        SuspendChildren([]);
    }

    private void FaultResume(Exception causedByFailure)
    {
        if (_actor is null)
        {
            Publish(new Error(null, _self.Path.ToString(), GetType(), "Changing Resume into Create after " + causedByFailure));
            FaultCreate();
            return;
        }

        var perpetrator = _perpetrator;
        _mailbox.Resume();
        if (causedByFailure is not null) _perpetrator = null;
        foreach (var stats in _children.Stats()) stats.Child.Resume(stats.Child.Equals(perpetrator) ? causedByFailure : null);
    }

    private void FaultRecreate(Exception cause)
    {
        if (_actor is null)
        {
            Publish(new Error(null, _self.Path.ToString(), GetType(), "Changing Recreate into Create after " + cause));
            FaultCreate();
            return;
        }

        if (!_children.IsNormal)
        {
            // A restart or stop is under way; only the count of suspensions has to stay right.
            FaultResume(null);
            return;
        }

        var failed = _actor;
        if (SystemImpl.Settings.DebugLifecycle) Publish(new Debug(_self.Path.ToString(), failed.GetType(), "Restarting"));
        var message = CurrentMessage;
        try
        {
            UseThreadContext(() => failed.AroundPreRestart(cause, message));
            ReleaseStash(failed);
        }
        catch (Exception e)
        {
            var wrapped = new PreRestartException(_self, e, cause, message);
            Publish(new Error(wrapped, _self.Path.ToString(), failed.GetType(), e.Message));
        }
        finally
        {
            ClearActor(failed);
        }

        if (!_children.WaitForStopping(StoppingReason.Recreation, cause)) FinishRecreate(cause);
    }

    private void FinishRecreate(Exception cause)
    {
        // The children that are to be restarted are those from before the new instance makes its own.
        var survivors = _children.Stats().Select(s => s.Child).ToArray();
        try
        {
            _perpetrator = null;
            _mailbox.Resume();

            var fresh = NewActor();
            _actor = fresh;
            fresh.Unclear();
            UseThreadContext(() => fresh.AroundPostRestart(cause, null));
            if (SystemImpl.Settings.DebugLifecycle) Publish(new Debug(_self.Path.ToString(), fresh.GetType(), $"Restarted ({fresh})"));

            foreach (var child in survivors) child.Restart(cause);
        }
        catch (Exception e)
        {
            ClearActor(_actor);
            HandleInvokeFailure(new PostRestartException(_self, e, cause), survivors);
        }
    }

    private void FaultCreate()
    {
        SetReceiveTimeout(null);
        CancelReceiveTimeout();
        StopChildren();
        if (!_children.WaitForStopping(StoppingReason.Creation)) FinishCreate();
    }

    private void FinishCreate()
    {
        _perpetrator = null;
        _mailbox.Resume();
        try
        {
            Create();
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e);
        }
    }

    private void Terminate()
    {
        SetReceiveTimeout(null);
        CancelReceiveTimeout();
        UnwatchWatchedActors();
        StopChildren();

        var wasTerminating = IsTerminating;
        if (!_children.WaitForStopping(StoppingReason.Termination))
        {
            _children.SetTerminated();
            FinishTerminate();
        }
        else if (!wasTerminating)
        {
            // No message is handled while the children stop, and no failure goes up any more.
            _mailbox.Suspend();
            _perpetrator = _self;
            if (SystemImpl.Settings.DebugLifecycle) Publish(new Debug(_self.Path.ToString(), ActorType, "Stopping"));
        }
    }

    // The order matters: the name is free for the parent before any watcher hears of the end.
    private void FinishTerminate()
    {
        var actor = _actor;
        try
        {
            if (actor is not null)
            {
                UseThreadContext(actor.AroundPostStop);
                ReleaseStash(actor);
            }
        }
        catch (Exception e)
        {
            Publish(new Error(e, _self.Path.ToString(), ActorType, e.Message));
        }

        // Whatever one step meets, the next is done: a parent that never hears of the end would wait for ever.
        Step(_mailbox.Close);
        Step(() => _dispatcher.Detach(this));
        Step(() => ParentRef.SendSystemMessage(new DeathWatchNotification(_self, existenceConfirmed: true, addressTerminated: false)));
        Step(TellWatchersWeDied);
        Step(UnwatchWatchedActors);
        if (SystemImpl.Settings.DebugLifecycle) Publish(new Debug(_self.Path.ToString(), ActorType, "Stopped"));

        ClearActor(actor);
        _actor = null;
        _systemStash.Clear();
        _props = Props.Terminated;

        void Step(Action step)
        {
            try
            {
                step();
            }
            catch (Exception e)
            {
                Publish(new Error(e, _self.Path.ToString(), ActorType, e.Message));
            }
        }
    }

    private void HandleFailed(Failed failed)
    {
        var (message, sender) = (CurrentMessage, Sender);
        CurrentMessage = failed;
        Sender = failed.Child;
        var stats = _children.ByRef(failed.Child);
        if (stats is null)
        {
            Publish(new Debug(_self.Path.ToString(), ActorType, $"Dropping Failed({failed.Cause}) from unknown child {failed.Child}"));
        }
        else if (stats.Uid != failed.Uid)
        {
            // A child of this name that was replaced meanwhile.
            Publish(new Debug(_self.Path.ToString(), ActorType, $"Dropping Failed({failed.Cause}) from old child {failed.Child} (uid={stats.Uid} != {failed.Uid})"));
        }
        else if (!_actor.SupervisorStrategyInternal.HandleFailure(this, failed.Child, failed.Cause, stats, _children.Stats()))
        {
            ExceptionDispatchInfo.Throw(failed.Cause);
        }

        // An async handler that is under way keeps its own.
        (CurrentMessage, Sender) = (message, sender);
    }

    private void HandleChildTerminated(IActorRef child)
    {
        var (continued, cause) = _children.Remove(child);
        if (_actor is not null)
        {
            try
            {
                _actor.SupervisorStrategyInternal.HandleChildTerminated(this, child, _children.Refs());
            }
            catch (Exception e)
            {
                Publish(new Error(e, _self.Path.ToString(), ActorType, "HandleChildTerminated failed"));
                HandleInvokeFailure(e);
            }
        }

        // With the last child gone, what waited for it goes on.
        switch (continued)
        {
            case StoppingReason.Recreation:
                FinishRecreate(cause);
                break;
            case StoppingReason.Creation:
                FinishCreate();
                break;
            case StoppingReason.Termination:
                FinishTerminate();
                break;
        }
    }
}
