#nullable disable
using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Event;

/// <summary>Delivers events to those who subscribed to their type or a base type of it, and runs the loggers.</summary>
public class LoggingBus
{
    private static readonly LogLevel[] AllLevels = Enum.GetValues<LogLevel>();
    private static int s_loggerId;

    private readonly Dictionary<Type, HashSet<IActorRef>> _subscribers = [];
    private readonly List<IActorRef> _loggers = [];
    private ConcurrentDictionary<Type, IActorRef[]> _byEventType = new();

    private protected LoggingBus()
    {
    }

    public LogLevel LogLevel { get; private set; }

    public virtual bool Subscribe(IActorRef subscriber, Type channel)
    {
        lock (_subscribers)
        {
            if (!_subscribers.TryGetValue(channel, out var subscribers)) _subscribers.Add(channel, subscribers = []);
            if (!subscribers.Add(subscriber)) return false;
            _byEventType = new ConcurrentDictionary<Type, IActorRef[]>();
            return true;
        }
    }

    public virtual bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        lock (_subscribers)
        {
            if (!_subscribers.TryGetValue(channel, out var subscribers) || !subscribers.Remove(subscriber)) return false;
            _byEventType = new ConcurrentDictionary<Type, IActorRef[]>();
            return true;
        }
    }

    public virtual bool Unsubscribe(IActorRef subscriber)
    {
        lock (_subscribers)
        {
            var removed = false;
            foreach (var subscribers in _subscribers.Values) removed |= subscribers.Remove(subscriber);
            _byEventType = new ConcurrentDictionary<Type, IActorRef[]>();
            return removed;
        }
    }

    public void Publish(object @event)
    {
        var type = @event.GetType();
        if (!Volatile.Read(ref _byEventType).TryGetValue(type, out var subscribers)) subscribers = SubscribersOf(type);
        foreach (var subscriber in subscribers) subscriber.Tell(@event);
    }

    public void SetLogLevel(LogLevel logLevel)
    {
        LogLevel = logLevel;
        foreach (var logger in _loggers)
        {
            SubscribeFrom(logLevel, logger);
            foreach (var below in AllLevels.Where(l => l < logLevel)) Unsubscribe(logger, below.ClassFor());
        }
    }

    public void StartStdoutLogger(Settings config) => SubscribeFrom(Logging.LogLevelFor(config.StdoutLogLevel), config.StdoutLogger);

    internal bool HasSubscriptions(IActorRef subscriber)
    {
        lock (_subscribers) return _subscribers.Values.Any(s => s.Contains(subscriber));
    }

    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        var settings = system.Settings;
        LogLevel = Logging.LogLevelFor(settings.LogLevel);
        var keepsStandardOut = false;
        foreach (var name in settings.Loggers)
        {
            var type = TypeNames.Find(name) ?? throw new ConfigurationException($"Logger specified in config cannot be found: \"{name}\"");
            if (type == typeof(StandardOutLogger))
            {
                SubscribeFrom(LogLevel, settings.StdoutLogger);
                keepsStandardOut = true;
            }
            else
            {
                StartLogger(system, type);
            }
        }

        if (settings.DebugUnhandledMessage) Subscribe(system.SystemActorOf(Props.Create(typeof(UnhandledMessageForwarder)), "UnhandledMessageForwarder"), typeof(UnhandledMessage));
        if (!keepsStandardOut) Unsubscribe(settings.StdoutLogger);
        Publish(new Debug($"{GetType().Name}({system.Name})", GetType(), "Default Loggers started"));
    }

    /// <summary>From here on standard output has what is logged; answers the loggers, which still hold what came before.</summary>
    internal IReadOnlyCollection<IActorRef> StopDefaultLoggers(ActorSystem system)
    {
        StartStdoutLogger(system.Settings);
        foreach (var logger in _loggers) Unsubscribe(logger);
        return _loggers;
    }

    private void StartLogger(ActorSystemImpl system, Type type)
    {
        var logger = system.SystemActorOf(Props.Create(type).WithDispatcher(system.Settings.LoggersDispatcher), $"log{Interlocked.Increment(ref s_loggerId)}-{type.Name}");
        var answered = logger.Ask(new InitializeLogger(this), Timeout.InfiniteTimeSpan);
        if (((IAsyncResult)answered).AsyncWaitHandle.WaitOne(system.Settings.LoggerStartTimeout))
        {
            Adopt(system, logger, answered);
            return;
        }

        Publish(new Warning(GetType().Name, GetType(), $"Logger {type} did not respond within {system.Settings.LoggerStartTimeout} to InitializeLogger(bus), it is used as soon as it does."));
        answered.ContinueWith(late => Adopt(system, logger, late), TaskScheduler.Default);
    }

    private void Adopt(ActorSystemImpl system, IActorRef logger, Task<object> answered)
    {
        if (answered is not { IsCompletedSuccessfully: true, Result: LoggerInitialized })
        {
            Publish(new Error(answered.Exception, GetType().Name, GetType(), $"Logger {logger} did not respond with {nameof(LoggerInitialized)}. Stopping logger."));
            system.Stop(logger);
            return;
        }

        _loggers.Add(logger);
        SubscribeFrom(LogLevel, logger);
    }

    private void SubscribeFrom(LogLevel logLevel, IActorRef logger)
    {
        foreach (var level in AllLevels.Where(l => l >= logLevel)) Subscribe(logger, level.ClassFor());
    }

    private IActorRef[] SubscribersOf(Type type)
    {
        lock (_subscribers)
        {
            IActorRef[] subscribers = [.. _subscribers.Where(s => s.Key.IsAssignableFrom(type)).SelectMany(s => s.Value).Distinct()];
            _byEventType[type] = subscribers;
            return subscribers;
        }
    }

    private sealed class UnhandledMessageForwarder : ActorBase
    {
        protected override bool Receive(object message)
        {
            if (message is not UnhandledMessage unhandled) return false;
            var sender = unhandled.Sender?.Path.ToString() ?? "NoSender";
            Context.System.EventStream.Publish(new Debug(unhandled.Recipient.Path.ToString(), unhandled.Recipient.GetType(), $"Unhandled message from {sender} : {unhandled.Message}"));
            return true;
        }
    }
}
