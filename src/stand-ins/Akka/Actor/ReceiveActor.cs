#nullable disable
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor that names its handlers by message type.</summary>
public abstract class ReceiveActor : UntypedActor, IInitializableActor
{
    private readonly Stack<MessageHandlers> _configuring = new();
    private MessageHandlers _initial;

    protected ReceiveActor() => _configuring.Push(new MessageHandlers());

    void IInitializableActor.Init() => _initial ??= _configuring.Pop().Build();

    protected sealed override void OnReceive(object message) => Handle(_initial, message);

    protected void Become(Action configure)
    {
        var handlers = Configure(configure);
        base.Become(message => Handle(handlers, message));
    }

    protected void BecomeStacked(Action configure)
    {
        var handlers = Configure(configure);
        base.BecomeStacked(message => Handle(handlers, message));
    }

    protected void Receive<T>(Action<T> handler, Predicate<T> shouldHandle = null) => Configuring.Match(handler, shouldHandle);

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Configuring.Match(handler, shouldHandle);

    protected void Receive<T>(Func<T, bool> handler) => Configuring.Match(handler);

    protected void Receive(Type messageType, Action<object> handler, Predicate<object> shouldHandle = null) => Configuring.Match(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) => Configuring.Match(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler) => Configuring.Match(messageType, handler);

    protected void ReceiveAny(Action<object> handler) => Configuring.MatchAny(handler);

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T> shouldHandle = null) => Receive(InActor(handler), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => Receive(InActor(handler), shouldHandle);

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object> shouldHandle = null) => Receive(messageType, InActor(handler), shouldHandle);

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) => Receive(messageType, InActor(handler), shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAny(InActor(handler));

    private static Action<T> InActor<T>(Func<T, Task> handler) => message => ActorTaskScheduler.RunTask(() => handler(message));

    private MessageHandlers Configuring =>
        _configuring.TryPeek(out var handlers) ? handlers : throw new InvalidOperationException("You may only call Receive-methods when constructing the actor and inside Become().");

    private MessageHandlers Configure(Action configure)
    {
        _configuring.Push(new MessageHandlers());
        try
        {
            configure();
        }
        finally
        {
            _configuring.Peek().Build();
        }

        return _configuring.Pop();
    }

    private void Handle(MessageHandlers handlers, object message)
    {
        if (!handlers.Handle(message)) Unhandled(message);
    }
}
