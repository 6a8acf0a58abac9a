#nullable disable
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Makes and finds the actors of one system.</summary>
public sealed class LocalActorRefProvider
{
    private readonly ActorSystemImpl _system;
    private readonly ActorPath _tempPath;
    private long _tempNumber;

    internal LocalActorRefProvider(ActorSystemImpl system)
    {
        _system = system;
        RootPath = new RootActorPath(new Address("akka", system.Name));
        DeadLetters = new DeadLetterActorRef(this, RootPath / "deadLetters", system.EventStream);
        _tempPath = RootPath / "temp";
        TempContainer = new TempContainer(this, _tempPath, DeadLetters);
    }

    public IInternalActorRef DeadLetters { get; }

    public ActorPath RootPath { get; }

    public Address DefaultAddress => RootPath.Address;

    public Settings Settings => _system.Settings;

    public IInternalActorRef RootGuardian { get; private set; }

    public LocalActorRef Guardian { get; private set; }

    public LocalActorRef SystemGuardian { get; private set; }

    internal TempContainer TempContainer { get; }

    internal TimeSpan AskTimeout => Settings.AskTimeout;

    internal void Init()
    {
        var dispatcher = _system.Dispatchers.InternalDispatcher;
        var rootStrategy = new OneForOneStrategy(cause =>
        {
            _system.Log.Error(cause, "Guardian failed. Shutting down system");
            return Directive.Stop;
        });
        var root = new RootGuardianActorRef(_system, Props.Create<GuardianActor>(rootStrategy), dispatcher, new RootGuardianSupervisor(_system, this), RootPath, this);
        RootGuardian = root;

        var userStrategy = SupervisorStrategyConfigurator.CreateConfigurator(Settings.SupervisorStrategyClass).Create();
        Guardian = new LocalActorRef(_system, Props.Create<GuardianActor>(userStrategy), dispatcher, root, RootPath / "user");
        root.Cell.AddReserved(Guardian);
        Guardian.Start();

        SystemGuardian = new LocalActorRef(_system, Props.Create(typeof(SystemGuardianActor), Guardian).WithSupervisorStrategy(SupervisorStrategy.DefaultStrategy), dispatcher, root, RootPath / "system");
        root.Cell.AddReserved(SystemGuardian);
        SystemGuardian.Start();
        root.Start();

        // The end of the user guardian ends the system guardian, and its end the root.
        SystemGuardian.SendSystemMessage(new Watch(Guardian, SystemGuardian));
        root.SendSystemMessage(new Watch(SystemGuardian, root));
        _system.EventStream.StartDefaultLoggers(_system);
    }

    public IActorRef ResolveActorRef(string path) => ActorPath.TryParse(path, out var parsed) ? ResolveActorRef(parsed) : DeadLetters;

    public IActorRef ResolveActorRef(ActorPath path)
    {
        if (path.Root != RootPath) return DeadLetters;
        if (path.Depth == 0) return RootGuardian;
        var names = path.Elements.ToArray();
        if (path.Uid != ActorCell.UndefinedUid) names[^1] += "#" + path.Uid;
        var found = RootGuardian.GetChild(names);
        return found.IsNobody() ? new EmptyLocalActorRef(this, path, _system.EventStream) : found;
    }

    public IActorRef RootGuardianAt(Address address) => address == RootPath.Address ? RootGuardian : DeadLetters;

    public ActorPath TempPath() => new ChildActorPath(_tempPath, Base64Encoding.Base64Encode(Interlocked.Increment(ref _tempNumber)), ActorCell.UndefinedUid);

    internal ActorSelection ActorSelection(ActorPath path) => new(RootGuardianAt(path.Address), path.Elements);

    internal ActorSelection ActorSelection(string path, IActorRef lookupRoot)
    {
        if (string.IsNullOrEmpty(path)) return new ActorSelection(DeadLetters, "");
        if (path[0] == '/') return new ActorSelection(RootGuardian, path[1..]);
        if (Uri.IsWellFormedUriString(path, UriKind.Absolute))
            return ActorPath.TryParse(path, out var parsed) ? ActorSelection(parsed) : new ActorSelection(DeadLetters, "");
        return new ActorSelection(lookupRoot, path);
    }

    internal LocalActorRef CreateLocalRef(Props props, IInternalActorRef supervisor, ActorPath path)
    {
        var configured = ConfiguredDispatcher(path) ?? props.Dispatcher;
        if (!_system.Dispatchers.HasDispatcher(configured)) throw new ConfigurationException($"Dispatcher [{configured}] not configured for path {path}");
        return new LocalActorRef(_system, props, _system.Dispatchers.Lookup(configured), supervisor, path);
    }

    /// <summary>akka.actor.deployment names actors below /user: "/parent/child" { dispatcher = ... }.</summary>
    private string ConfiguredDispatcher(ActorPath path)
    {
        if (path.Depth < 2 || path.ParentOf(1).Name != "user") return null;
        var deployment = Settings.Config.GetConfig("akka.actor.deployment");
        if (deployment is null || deployment.IsEmpty) return null;
        var key = "/" + string.Join('/', path.Elements.Skip(1));
        var dispatcher = deployment.GetConfig('"' + key + '"')?.GetString("dispatcher");
        return string.IsNullOrEmpty(dispatcher) ? null : dispatcher;
    }
}
