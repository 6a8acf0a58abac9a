#nullable disable
namespace Akka.Actor;

/// <summary>The handlers of one behaviour, tried in the order they were given.</summary>
internal sealed class MessageHandlers
{
    private readonly List<Func<object, bool>> _handlers = [];
    private Func<object, bool>[] _built;
    private bool _takesAll;

    internal void Match<T>(Action<T> handler, Predicate<T> shouldHandle)
    {
        if (shouldHandle is null)
        {
            Add(message =>
            {
                if (message is not T typed) return false;
                handler(typed);
                return true;
            });
            _takesAll = typeof(T) == typeof(object);
        }
        else
        {
            Add(message =>
            {
                if (message is not T typed || !shouldHandle(typed)) return false;
                handler(typed);
                return true;
            });
        }
    }

    internal void Match<T>(Func<T, bool> handler) => Add(message => message is T typed && handler(typed));

    internal void Match(Type type, Action<object> handler, Predicate<object> shouldHandle)
    {
        ArgumentNullException.ThrowIfNull(type);
        Add(message =>
        {
            if (!type.IsInstanceOfType(message) || (shouldHandle is not null && !shouldHandle(message))) return false;
            handler(message);
            return true;
        });
        _takesAll = shouldHandle is null && type == typeof(object);
    }

    internal void Match(Type type, Func<object, bool> handler) => Add(message => type.IsInstanceOfType(message) && handler(message));

    internal void MatchAny(Action<object> handler)
    {
        Add(message =>
        {
            handler(message);
            return true;
        });
        _takesAll = true;
    }

    internal MessageHandlers Build()
    {
        _built = [.. _handlers];
        return this;
    }

    internal bool Handle(object message)
    {
        foreach (var handler in _built)
        {
            if (handler(message)) return true;
        }

        return false;
    }

    private void Add(Func<object, bool> handler)
    {
        if (_built is not null) throw new InvalidOperationException("You must not use Match after Build has been called.");
        if (_takesAll) throw new InvalidOperationException("A handler that catches all messages has been added. No handler can be added after that.");
        _handlers.Add(handler);
    }
}
