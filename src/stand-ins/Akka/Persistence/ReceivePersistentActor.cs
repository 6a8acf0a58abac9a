#nullable disable
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>A persistent actor that names its handlers by message type; the first that fits takes the message.</summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor, IInitializableActor
{
    private readonly Stack<MessageHandlers> _configuring = new();
    private readonly MessageHandlers _recovers = new();
    private MessageHandlers _initial;

    protected ReceivePersistentActor() => _configuring.Push(new MessageHandlers());

    private MessageHandlers Commands => _configuring.TryPeek(out var commands)
        ? commands
        : throw new InvalidOperationException("You may only call Command-methods when constructing the actor and inside Become().");

    private MessageHandlers Recovers => _initial is null
        ? _recovers
        : throw new InvalidOperationException("You may only call Recover-methods when constructing the actor and inside Become().");

    void IInitializableActor.Init()
    {
        if (_initial is not null)
            return;
        _initial = _configuring.Pop().Build();
        _recovers.Build();
    }

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

    protected void Command<T>(Action<T> handler, Predicate<T> shouldHandle = null) => Commands.Match(handler, shouldHandle);

    protected void Command<T>(Predicate<T> shouldHandle, Action<T> handler) => Commands.Match(handler, shouldHandle);

    protected void Command<T>(Func<T, bool> handler) => Commands.Match(handler);

    protected void Command(Type messageType, Action<object> handler, Predicate<object> shouldHandle = null) =>
        Commands.Match(messageType, handler, shouldHandle);

    protected void Command(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Commands.Match(messageType, handler, shouldHandle);

    protected void Command(Type messageType, Func<object, bool> handler) => Commands.Match(messageType, handler);

    protected void Command(Action<object> handler) => Commands.MatchAny(handler);

    protected void CommandAny(Action<object> handler) => Commands.MatchAny(handler);

    protected void CommandAsync<T>(Func<T, Task> handler, Predicate<T> shouldHandle = null) =>
        Command(InActor(handler), shouldHandle);

    protected void CommandAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => Command(InActor(handler), shouldHandle);

    protected void CommandAsync(Type messageType, Func<object, Task> handler, Predicate<object> shouldHandle = null) =>
        Command(messageType, InActor(handler), shouldHandle);

    protected void CommandAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        Command(messageType, InActor(handler), shouldHandle);

    protected void CommandAnyAsync(Func<object, Task> handler) => CommandAny(InActor(handler));

    protected void Recover<T>(Action<T> handler, Predicate<T> shouldHandle = null) => Recovers.Match(handler, shouldHandle);

    protected void Recover<T>(Predicate<T> shouldHandle, Action<T> handler) => Recovers.Match(handler, shouldHandle);

    protected void Recover<T>(Func<T, bool> handler) => Recovers.Match(handler);

    protected void Recover(Type messageType, Action<object> handler, Predicate<object> shouldHandle = null) =>
        Recovers.Match(messageType, handler, shouldHandle);

    protected void Recover(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Recovers.Match(messageType, handler, shouldHandle);

    protected void Recover(Type messageType, Func<object, bool> handler) => Recovers.Match(messageType, handler);

    protected void RecoverAny(Action<object> handler) => Recovers.MatchAny(handler);

    protected sealed override void OnCommand(object message) => Handle(_initial, message);

    protected sealed override void OnRecover(object message) => Handle(_recovers, message);

    private Action<T> InActor<T>(Func<T, Task> handler) => message => RunTask(() => handler(message));

    private MessageHandlers Configure(Action configure)
    {
        _configuring.Push(new MessageHandlers());
        try
        {
            configure();
            return _configuring.Peek().Build();
        }
        finally
        {
            _configuring.Pop();
        }
    }

    private void Handle(MessageHandlers handlers, object message)
    {
        if (!handlers.Handle(message))
            Unhandled(message);
    }
}
