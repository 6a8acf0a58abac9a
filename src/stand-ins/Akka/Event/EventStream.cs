#nullable disable
using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Event;

/// <summary>The bus of an actor system. Subscribers that stop are unsubscribed.</summary>
public class EventStream : LoggingBus
{
    private readonly bool _debug;
    private readonly List<IActorRef> _notYetWatched = [];
    private volatile IActorRef _unsubscriber;

    public EventStream(bool debug) => _debug = debug;

    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        if (!base.Subscribe(subscriber, channel)) return false;
        WatchUntilStopped(subscriber);
        if (_debug) Publish(new Debug(GetType().Name, GetType(), $"subscribing {subscriber} to channel {channel}"));
        return true;
    }

    public override bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        if (_debug) Publish(new Debug(GetType().Name, GetType(), $"unsubscribing {subscriber} from channel {channel}"));
        var removed = base.Unsubscribe(subscriber, channel);
        if (!HasSubscriptions(subscriber)) _unsubscriber?.Tell(new Unsubscriber.Release(subscriber), null);
        return removed;
    }

    public override bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        if (_debug) Publish(new Debug(GetType().Name, GetType(), $"unsubscribing {subscriber} from all channels"));
        _unsubscriber?.Tell(new Unsubscriber.Release(subscriber), null);
        return base.Unsubscribe(subscriber);
    }

    internal void StartUnsubscriber(ActorSystemImpl system)
    {
        var unsubscriber = system.SystemActorOf(Props.Create(typeof(Unsubscriber), this).WithDispatcher(Dispatchers.InternalDispatcherId), "EventStreamUnsubscriber");
        lock (_notYetWatched)
        {
            _unsubscriber = unsubscriber;
            foreach (var subscriber in _notYetWatched) unsubscriber.Tell(new Unsubscriber.WatchOver(subscriber), null);
            _notYetWatched.Clear();
        }
    }

    private void WatchUntilStopped(IActorRef subscriber)
    {
        if (subscriber is not LocalActorRef) return;
        lock (_notYetWatched)
        {
            if (_unsubscriber is null) _notYetWatched.Add(subscriber);
            else _unsubscriber.Tell(new Unsubscriber.WatchOver(subscriber), null);
        }
    }

    private sealed class Unsubscriber : ActorBase
    {
        private readonly EventStream _stream;

        public Unsubscriber(EventStream stream) => _stream = stream;

        internal sealed record WatchOver(IActorRef Subscriber);

        internal sealed record Release(IActorRef Subscriber);

        protected override bool Receive(object message)
        {
            switch (message)
            {
                case WatchOver watch:
                    Context.Watch(watch.Subscriber);
                    return true;
                case Release release:
                    if (!_stream.HasSubscriptions(release.Subscriber)) Context.Unwatch(release.Subscriber);
                    return true;
                case Terminated terminated:
                    _stream.Unsubscribe(terminated.ActorRef);
                    return true;
                default:
                    return false;
            }
        }
    }
}

public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) => eventStream.Subscribe(subscriber, typeof(TChannel));

    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) => eventStream.Unsubscribe(subscriber, typeof(TChannel));
}
