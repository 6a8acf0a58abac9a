#nullable disable
using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch.SysMsg;

/// <summary>What cells tell each other; handled before any message, even while suspended.</summary>
public interface ISystemMessage : INoSerializationVerificationNeeded;

internal abstract class SystemMessage : ISystemMessage
{
    /// <summary>The next one in the mailbox. One message object is never sent twice.</summary>
    internal SystemMessage Next;

    /// <summary>Waits while the actor is suspended.</summary>
    internal virtual bool WaitsWhileFailed => false;

    /// <summary>Waits while a restart waits for the children to stop.</summary>
    internal virtual bool WaitsForChildren => false;
}

internal sealed class Create : SystemMessage;

internal sealed class Recreate(Exception cause) : SystemMessage
{
    internal Exception Cause => cause;

    internal override bool WaitsForChildren => true;
}

internal sealed class Suspend : SystemMessage
{
    internal override bool WaitsForChildren => true;
}

internal sealed class Resume(Exception causedByFailure) : SystemMessage
{
    internal Exception CausedByFailure => causedByFailure;

    internal override bool WaitsForChildren => true;
}

internal sealed class Terminate : SystemMessage
{
    public override string ToString() => "<Terminate>";
}

internal sealed class Supervise(IActorRef child) : SystemMessage
{
    internal IActorRef Child => child;
}

internal sealed class Watch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    internal IInternalActorRef Watchee => watchee;

    internal IInternalActorRef Watcher => watcher;
}

internal sealed class Unwatch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    internal IInternalActorRef Watchee => watchee;

    internal IInternalActorRef Watcher => watcher;
}

internal sealed class Failed(IActorRef child, Exception cause, long uid) : SystemMessage
{
    internal IActorRef Child => child;

    internal Exception Cause => cause;

    internal long Uid => uid;

    internal override bool WaitsWhileFailed => true;

    internal override bool WaitsForChildren => true;
}

internal sealed class DeathWatchNotification(IActorRef actor, bool existenceConfirmed, bool addressTerminated) : SystemMessage, IDeadLetterSuppression
{
    internal IActorRef Actor => actor;

    internal bool ExistenceConfirmed => existenceConfirmed;

    internal bool AddressTerminated => addressTerminated;
}

/// <summary>A piece of an async handler to run in its actor, or the exception it ended with.</summary>
internal sealed class ActorTaskSchedulerMessage : SystemMessage
{
    private readonly ActorTaskScheduler _scheduler;
    private readonly Task _task;

    internal ActorTaskSchedulerMessage(ActorTaskScheduler scheduler, Task task, object message)
    {
        _scheduler = scheduler;
        _task = task;
        Message = message;
    }

    internal ActorTaskSchedulerMessage(Exception exception, object message)
    {
        Exception = exception;
        Message = message;
    }

    internal Exception Exception { get; }

    internal object Message { get; }

    internal void ExecuteTask() => _scheduler.ExecuteTask(_task);
}

/// <summary>Asks a guardian to stop one of its children.</summary>
internal sealed class StopChild(IActorRef child)
{
    internal IActorRef Child => child;
}
