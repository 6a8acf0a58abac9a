using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.TestKit;

/// <summary>
/// An actor that runs on the caller's thread, and whose instance the test can look at. When Tell returns, its message is handled.
/// </summary>
public class TestActorRef<TActor> : IInternalActorRef where TActor : ActorBase
{
    private readonly LocalActorRef _ref;

    public TestActorRef(ActorSystem system, Props actorProps, IActorRef? supervisor = null, string? name = null)
    {
        var parent = (LocalActorRef)(supervisor ?? ((ExtendedActorSystem)system).Guardian);
        _ref = (LocalActorRef)parent.Cell.AttachChild(actorProps.WithDispatcher(CallingThreadDispatcher.Id), name);
    }

    /// <summary>The plain reference.</summary>
    public IActorRef Ref => _ref;

    public ActorPath Path => _ref.Path;

    /// <summary>The running instance; another one after each restart.</summary>
    public TActor UnderlyingActor =>
        (TActor?)_ref.Cell.Actor ?? throw new IllegalActorStateException("Underlying actor is terminated");

    IInternalActorRef IInternalActorRef.Parent => _ref.Parent;

    LocalActorRefProvider IInternalActorRef.Provider => _ref.Provider;

    bool IInternalActorRef.IsTerminated => _ref.IsTerminated;

    public static bool operator ==(TestActorRef<TActor>? left, IActorRef? right) => left?.Equals(right) ?? right is null;

    public static bool operator !=(TestActorRef<TActor>? left, IActorRef? right) => !(left == right);

    public static bool operator ==(IActorRef? left, TestActorRef<TActor>? right) => right == left;

    public static bool operator !=(IActorRef? left, TestActorRef<TActor>? right) => !(right == left);

    /// <summary>Hands a message straight to the behaviour: what the actor throws comes out here, and no supervisor hears of it.</summary>
    public void Receive(object message, IActorRef? sender = null) =>
        _ref.Cell.ReceiveMessageForTest(new Envelope(message, sender ?? _ref.Cell.System.DeadLetters));

    public void Tell(object message) => _ref.Tell(message);

    public void Tell(object message, IActorRef sender) => _ref.Tell(message, sender);

    public void Forward(object message) => _ref.Forward(message);

    public int CompareTo(object? obj) => _ref.CompareTo(obj);

    public int CompareTo(IActorRef? other) => _ref.CompareTo(other);

    public bool Equals(IActorRef? other) => _ref.Equals(other);

    public override bool Equals(object? obj) => _ref.Equals(obj);

    public override int GetHashCode() => _ref.GetHashCode();

    public override string ToString() => $"TestActor[{Path}]";

    IActorRef IInternalActorRef.GetChild(IReadOnlyList<string> name) => _ref.GetChild(name);

    void IInternalActorRef.Start() => _ref.Start();

    void IInternalActorRef.Stop() => _ref.Stop();

    void IInternalActorRef.Suspend() => _ref.Suspend();

    void IInternalActorRef.Resume(Exception causedByFailure) => _ref.Resume(causedByFailure);

    void IInternalActorRef.Restart(Exception cause) => _ref.Restart(cause);

    void IInternalActorRef.SendSystemMessage(ISystemMessage message) => _ref.SendSystemMessage(message);
}
