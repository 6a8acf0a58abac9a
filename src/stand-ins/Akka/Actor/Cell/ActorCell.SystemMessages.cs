#nullable disable
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

public sealed partial class ActorCell
{
    private enum Phase
    {
        Running,
        Suspended,
        WaitingForChildren,
    }

    // System messages that have to wait until the actor runs again, the oldest first.
    private readonly Queue<SystemMessage> _systemStash = new(0);

    private Phase CurrentPhase => IsWaitingForChildren ? Phase.WaitingForChildren : _mailbox.IsSuspended ? Phase.Suspended : Phase.Running;

    /// <summary>Handles a list of system messages, the oldest first.</summary>
    internal void SystemInvoke(SystemMessage messages)
    {
        var phase = CurrentPhase;
        Queue<SystemMessage> released = null;
        while (true)
        {
            SystemMessage message;
            if (messages is not null)
            {
                message = messages;
                messages = message.Next;
                message.Next = null;
            }
            else if (released is null || !released.TryDequeue(out message))
            {
                return;
            }

            if (IsTerminated)
            {
                SystemImpl.DeadLetters.Tell(message, _self);
                continue;
            }

            try
            {
                if (phase switch
                {
                    Phase.WaitingForChildren => message.WaitsForChildren,
                    Phase.Suspended => message.WaitsWhileFailed,
                    _ => false,
                })
                {
                    _systemStash.Enqueue(message);
                }
                else
                {
                    Handle(message);
                }
            }
            catch (Exception cause)
            {
                HandleInvokeFailure(cause);
            }

            var next = CurrentPhase;
            if (next < phase && _systemStash.Count > 0)
            {
                released ??= new Queue<SystemMessage>();
                while (_systemStash.TryDequeue(out var waited)) released.Enqueue(waited);
            }

            phase = next;
        }
    }

    private void Handle(SystemMessage message)
    {
        switch (message)
        {
            case ActorTaskSchedulerMessage piece:
                HandleActorTask(piece);
                break;
            case Failed failed:
                HandleFailed(failed);
                break;
            case DeathWatchNotification notification:
                WatchedActorTerminated(notification.Actor, notification.ExistenceConfirmed, notification.AddressTerminated);
                break;
            case Dispatch.SysMsg.Create:
                Create();
                break;
            case Watch watch:
                AddWatcher(watch.Watchee, watch.Watcher);
                break;
            case Unwatch unwatch:
                RemoveWatcher(unwatch.Watchee, unwatch.Watcher);
                break;
            case Recreate recreate:
                FaultRecreate(recreate.Cause);
                break;
            case Dispatch.SysMsg.Suspend:
                FaultSuspend();
                break;
            case Dispatch.SysMsg.Resume resume:
                FaultResume(resume.CausedByFailure);
                break;
            case Dispatch.SysMsg.Terminate:
                Terminate();
                break;
            case Supervise supervise:
                if (SystemImpl.Settings.DebugLifecycle && !IsTerminating) Publish(new Debug(_self.Path.ToString(), ActorType, "now supervising " + supervise.Child.Path));
                break;
            default:
                throw new NotSupportedException($"Unknown message {message.GetType().Name}");
        }
    }

    private void HandleActorTask(ActorTaskSchedulerMessage piece)
    {
        CurrentMessage = piece.Message;
        if (piece.Exception is null)
        {
            piece.ExecuteTask();
            CurrentMessage = null;
            return;
        }

        // The failure suspends first, then the suspension of the async handler is taken back.
        HandleInvokeFailure(piece.Exception);
        _mailbox.Resume();
    }

    private void Create()
    {
        try
        {
            var created = NewActor();
            _actor = created;
            UseThreadContext(created.AroundPreStart);
            CheckReceiveTimeout();
            if (SystemImpl.Settings.DebugLifecycle) Publish(new Debug(_self.Path.ToString(), created.GetType(), $"Started ({created})"));
        }
        catch (Exception e)
        {
            if (_actor is not null)
            {
                ClearActor(_actor);
                _actor = null;
            }

            throw new ActorInitializationException(_self, "Exception during creation", e);
        }
    }
}
