#nullable disable
using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

internal sealed partial class ActorSystemImpl : ExtendedActorSystem
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<Action> _onTermination = new();
    private readonly IScheduler _scheduler;
    private readonly Lazy<Serialization.Serialization> _serialization;
    private IActorRef _deadLetterListener;
    private bool _ended;

    internal ActorSystemImpl(string name, Config config, ActorSystemSetup setup)
    {
        if (!ValidName().IsMatch(name))
            throw new ArgumentException($"Invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-')", nameof(name));
        ArgumentNullException.ThrowIfNull(config);

        Name = name;
        Settings = new Settings(this, config, setup);
        EventStream = new EventStream(Settings.DebugEventStream);
        EventStream.StartStdoutLogger(Settings);
        Log = new BusLogging(EventStream, $"ActorSystem({name})", GetType(), Settings.LogFormatter);
        var schedulerType = Type.GetType(Settings.SchedulerClass, throwOnError: true);
        _scheduler = (IScheduler)Activator.CreateInstance(schedulerType, Settings.Config, Log);
        Dispatchers = new Dispatchers(Settings);
        Provider = new LocalActorRefProvider(this);
        _serialization = new Lazy<Serialization.Serialization>(() => new Serialization.Serialization(this));
    }

    public override string Name { get; }

    public override Settings Settings { get; }

    public override EventStream EventStream { get; }

    public override ILoggingAdapter Log { get; }

    public override IScheduler Scheduler => _scheduler;

    public override Serialization.Serialization Serialization => _serialization.Value;

    public override Dispatchers Dispatchers { get; }

    public override LocalActorRefProvider Provider { get; }

    public override IActorRef DeadLetters => Provider.DeadLetters;

    public override IInternalActorRef Guardian => Provider.Guardian;

    public override IInternalActorRef SystemGuardian => Provider.SystemGuardian;

    public override IInternalActorRef LookupRoot => Provider.RootGuardian;

    public override Task WhenTerminated => _terminated.Task;

    internal void Start()
    {
        try
        {
            RegisterOnTermination(Dispatchers.End);
            RegisterOnTermination(() => (_scheduler as IDisposable)?.Dispose());
            Provider.Init();
            // A serializer that cannot be made is known now, not with the first event.
            _ = Serialization;
            foreach (var id in Settings.Config.GetStringList("akka.extensions")) LoadExtension(id);
            if (Settings.LogDeadLetters > 0) _deadLetterListener = SystemActorOf<DeadLetterListener>("deadLetterListener");
            EventStream.StartUnsubscriber(this);
            if (Settings.LogConfigOnStart) Log.Info(Settings.ToString());
        }
        catch
        {
            FinalTerminate();
            throw;
        }
    }

    public override IActorRef ActorOf(Props props, string name = null) => Provider.Guardian.Cell.AttachChild(props, name);

    public override IActorRef SystemActorOf(Props props, string name = null) => Provider.SystemGuardian.Cell.AttachChild(props, name);

    public override IActorRef SystemActorOf<TActor>(string name = null) => SystemActorOf(Props.Create<TActor>(), name);

    public override ActorSelection ActorSelection(ActorPath actorPath) => Provider.ActorSelection(actorPath);

    public override ActorSelection ActorSelection(string actorPath) => Provider.ActorSelection(actorPath, Provider.RootGuardian);

    public override void Stop(IActorRef actor)
    {
        var parent = actor.Path.Parent;
        if (parent == Provider.Guardian.Path) Provider.Guardian.Tell(new Dispatch.SysMsg.StopChild(actor));
        else if (parent == Provider.SystemGuardian.Path) Provider.SystemGuardian.Tell(new Dispatch.SysMsg.StopChild(actor));
        else ((IInternalActorRef)actor).Stop();
    }

    public override Task Terminate() =>
        Settings.CoordinatedShutdownRunByActorSystemTerminate
            ? CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance)
            : FinalTerminate();

    public override void Abort() => FinalTerminate();

    internal override Task FinalTerminate()
    {
        Log.Debug("System shutdown initiated");
        if (!Settings.LogDeadLettersDuringShutdown && _deadLetterListener is not null) Stop(_deadLetterListener);
        if (Provider.Guardian is null) Ended();
        else Provider.Guardian.Stop();
        return WhenTerminated;
    }

    /// <summary>The last runs first.</summary>
    public override void RegisterOnTermination(Action code)
    {
        lock (_onTermination)
        {
            if (_ended) throw new Pattern.IllegalStateException("ActorSystem already terminated.");
            _onTermination.Push(code);
        }
    }

    /// <summary>The root guardian has stopped.</summary>
    internal void Ended()
    {
        Action[] actions;
        lock (_onTermination)
        {
            if (_ended) return;
            _ended = true;
            actions = [.. _onTermination];
        }

        ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            foreach (var action in actions)
            {
                try
                {
                    action();
                }
                catch (Exception e)
                {
                    Log.Error(e, "Failed to run a termination callback.");
                }
            }

            _terminated.TrySetResult();
        }, null);
    }

    public override object RegisterExtension(IExtensionId extension)
    {
        if (extension is null) return null;
        _extensions.GetOrAdd(extension.ExtensionType, _ => new Lazy<object>(() => extension.CreateExtension(this)));
        return extension.Get(this);
    }

    public override object GetExtension(IExtensionId extensionId) => TryGetExtension(extensionId.ExtensionType, out var extension) ? extension : null;

    public override T GetExtension<T>() => TryGetExtension(out T extension) ? extension : null;

    public override bool HasExtension(Type type) => type.IsAssignableTo(typeof(IExtension)) && _extensions.ContainsKey(type);

    public override bool HasExtension<T>() => _extensions.ContainsKey(typeof(T));

    public override bool TryGetExtension(Type extensionType, out object extension)
    {
        var found = _extensions.TryGetValue(extensionType, out var lazy);
        extension = lazy?.Value;
        return found;
    }

    public override bool TryGetExtension<T>(out T extension)
    {
        var found = TryGetExtension(typeof(T), out var untyped);
        extension = untyped as T;
        return found;
    }

    public override string ToString() => Provider.RootPath.Address.ToString();

    private void LoadExtension(string typeName)
    {
        var type = TypeNames.Find(typeName);
        if (type is null || type.IsAbstract || !type.IsAssignableTo(typeof(IExtensionId)))
        {
            Log.Error("[{0}] is not an 'ExtensionId', skipping...", typeName);
            return;
        }

        try
        {
            RegisterExtension((IExtensionId)Activator.CreateInstance(type));
        }
        catch (Exception e)
        {
            Log.Error(e, "While trying to load extension [{0}], skipping...", typeName);
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]*$")]
    private static partial Regex ValidName();
}
