#nullable disable
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>A reference to an actor of this process; it stays the same over restarts.</summary>
public class LocalActorRef : ActorRefBase, IInternalActorRef
{
    private readonly ActorCell _cell;

    internal LocalActorRef(ActorSystemImpl system, Props props, MessageDispatcher dispatcher, IInternalActorRef supervisor, ActorPath path)
    {
        Path = path;
        _cell = new ActorCell(system, this, props, dispatcher, supervisor);
        _cell.Init();
    }

    public override ActorPath Path { get; }

    internal ActorCell Cell => _cell;

    public virtual IInternalActorRef Parent => _cell.ParentRef;

    public LocalActorRefProvider Provider => _cell.SystemImpl.Provider;

    public IEnumerable<IActorRef> Children => _cell.GetChildren();

    public bool IsTerminated => _cell.IsTerminated;

    public virtual IInternalActorRef GetSingleChild(string name) => _cell.GetSingleChild(name);

    public IActorRef GetChild(IReadOnlyList<string> name)
    {
        IInternalActorRef current = this;
        for (var i = 0; i < name.Count; i++)
        {
            if (current is not LocalActorRef local) return current.GetChild(name.Skip(i).ToArray());
            current = name[i] switch
            {
                ".." => local.Parent,
                "" => local,
                var child => local.GetSingleChild(child),
            };
        }

        return current;
    }

    public void Start() => _cell.Start();

    public void Stop() => _cell.SendSystemMessage(new Terminate());

    public void Suspend() => _cell.SendSystemMessage(new Suspend());

    public void Resume(Exception causedByFailure = null) => _cell.SendSystemMessage(new Resume(causedByFailure));

    public void Restart(Exception cause) => _cell.SendSystemMessage(new Recreate(cause));

    public void SendSystemMessage(ISystemMessage message) => _cell.SendSystemMessage((SystemMessage)message);

    protected override void TellInternal(object message, IActorRef sender) => _cell.SendMessage(message, sender);
}
