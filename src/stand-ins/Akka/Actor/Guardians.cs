#nullable disable
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The parent of the top-level actors, and of the guardians.</summary>
internal sealed class GuardianActor : ActorBase
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Terminated:
                Context.Stop(Self);
                break;
            case StopChild stop:
                Context.Stop(stop.Child);
                break;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                break;
        }

        return true;
    }

    // The children outlive a restart of their guardian.
    protected override void PreRestart(Exception reason, object message)
    {
    }
}

/// <summary>The parent of what serves the system itself; stops last, when the user's actors have, and the loggers last of all.</summary>
internal sealed class SystemGuardianActor : ActorBase
{
    // A logger that hangs does not keep the system from ending.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly IActorRef _userGuardian;
    private readonly HashSet<IActorRef> _loggers = [];

    public SystemGuardianActor(IActorRef userGuardian) => _userGuardian = userGuardian;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Terminated terminated when terminated.ActorRef.Equals(_userGuardian):
                StopLoggers();
                break;
            case Terminated terminated:
                if (_loggers.Remove(terminated.ActorRef) && _loggers.Count == 0) Context.Stop(Self);
                break;
            case ReceiveTimeout:
                Context.Stop(Self);
                break;
            case StopChild stop:
                Context.Stop(stop.Child);
                break;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                break;
        }

        return true;
    }

    protected override void PreRestart(Exception reason, object message)
    {
    }

    private void StopLoggers()
    {
        foreach (var logger in Context.System.EventStream.StopDefaultLoggers(Context.System))
        {
            _loggers.Add(Context.Watch(logger));
            logger.Tell(PoisonPill.Instance);
        }

        if (_loggers.Count == 0) Context.Stop(Self);
        else Context.SetReceiveTimeout(LastWords);
    }
}

/// <summary>The reference at the root of all paths; it also finds /temp and /deadLetters.</summary>
internal sealed class RootGuardianActorRef : LocalActorRef
{
    private readonly LocalActorRefProvider _provider;

    internal RootGuardianActorRef(ActorSystemImpl system, Props props, MessageDispatcher dispatcher, IInternalActorRef supervisor, ActorPath path, LocalActorRefProvider provider)
        : base(system, props, dispatcher, supervisor, path) => _provider = provider;

    public override IInternalActorRef Parent => this;

    public override IInternalActorRef GetSingleChild(string name) => name switch
    {
        "temp" => _provider.TempContainer,
        "deadLetters" => _provider.DeadLetters,
        _ => base.GetSingleChild(name),
    };
}

/// <summary>Above the root: hears of its end.</summary>
internal sealed class RootGuardianSupervisor(ActorSystemImpl system, LocalActorRefProvider provider) : MinimalActorRef
{
    public override ActorPath Path { get; } = provider.RootPath / "_Root-guardian-supervisor";

    public override LocalActorRefProvider Provider => provider;

    public override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Failed failed:
                system.Log.Error(failed.Cause, "guardian {0} failed, shutting down!", failed.Child);
                ((IInternalActorRef)failed.Child).Stop();
                break;
            case DeathWatchNotification:
                system.Ended();
                break;
        }
    }

    protected override void TellInternal(object message, IActorRef sender) => system.Log.Error("{0} received unexpected message [{1}]", Path, message);
}
