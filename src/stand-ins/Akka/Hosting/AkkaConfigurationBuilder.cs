#nullable disable
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Serialization;
using Akka.Util;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.Hosting;

public enum HoconAddMode
{
    /// <summary>Holds where what was added before says nothing.</summary>
    Append,

    /// <summary>Comes before what was added before.</summary>
    Prepend,

    Replace,
}

public delegate Task ActorStarter(ActorSystem system, IActorRegistry registry);

public delegate Task ActorStarterWithResolver(ActorSystem system, IActorRegistry registry, IDependencyResolver resolver);

public delegate Task StartupTask(ActorSystem system, IActorRegistry registry);

/// <summary>Collects what the actor system of a host is made of, and what is started in it.</summary>
public sealed class AkkaConfigurationBuilder
{
    private readonly string _actorSystemName;
    private readonly IServiceCollection _services;
    private readonly HashSet<Setup> _setups = [];
    private readonly List<Func<ExtendedActorSystem, SerializerDetails>> _serializers = [];
    private readonly List<ActorStarter> _actorStarters = [];
    private readonly List<StartupTask> _startupTasks = [];
    private bool _complete;

    public AkkaConfigurationBuilder(IServiceCollection serviceCollection, string actorSystemName)
    {
        _services = serviceCollection;
        _actorSystemName = actorSystemName;
    }

    public Option<Config> Configuration { get; private set; } = Option<Config>.None;

    /// <summary>Runs in the order given, before the startup tasks.</summary>
    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) =>
        StartActors((system, registry) => Run(() => starter(system, registry)));

    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry, IDependencyResolver> starter) =>
        StartActors((system, registry) => Run(() => starter(system, registry, DependencyResolver.For(system).Resolver)));

    public AkkaConfigurationBuilder StartActors(ActorStarterWithResolver starter) =>
        StartActors((system, registry) => starter(system, registry, DependencyResolver.For(system).Resolver));

    public AkkaConfigurationBuilder StartActors(ActorStarter starter)
    {
        if (!_complete)
            _actorStarters.Add(starter);
        return this;
    }

    /// <summary>Runs in the order given, after all actors were started.</summary>
    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> startupTask) =>
        AddStartup((system, registry) => Run(() => startupTask(system, registry)));

    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask)
    {
        if (!_complete)
            _startupTasks.Add(startupTask);
        return this;
    }

    public AkkaConfigurationBuilder WithCustomSerializer(
        string serializerIdentifier, IEnumerable<Type> boundTypes, Func<ExtendedActorSystem, Serializer> serializerFactory)
    {
        var types = boundTypes.ToImmutableHashSet();
        _serializers.Add(system => SerializerDetails.Create(serializerIdentifier, serializerFactory(system), types));
        return this;
    }

    internal AkkaConfigurationBuilder AddSetup(Setup setup)
    {
        if (!_complete)
            _setups.Add(setup);
        return this;
    }

    internal AkkaConfigurationBuilder AddHoconConfiguration(Config hocon, HoconAddMode addMode)
    {
        ArgumentNullException.ThrowIfNull(hocon);
        if (_complete)
            return this;
        var current = Configuration.GetOrElse(Config.Empty);
        Configuration = addMode == HoconAddMode.Append ? current.WithFallback(hocon) : hocon.WithFallback(current);
        return this;
    }

    internal void Bind()
    {
        _services.AddSingleton(provider => provider.GetRequiredService<AkkaConfigurationBuilder>().CreateSystem(provider));
        _services.AddSingleton(provider => ActorRegistry.For(provider.GetRequiredService<ActorSystem>()));
        _services.AddSingleton<IActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        _services.AddSingleton<IReadOnlyActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        _services.AddSingleton(typeof(IRequiredActor<>), typeof(RequiredActor<>));
    }

    internal async Task StartAsync(ActorSystem system)
    {
        if (_complete)
            return;
        _complete = true;
        var registry = ActorRegistry.For(system);
        foreach (var start in _actorStarters)
            await start(system, registry).ConfigureAwait(false);
        foreach (var run in _startupTasks)
            await run(system, registry).ConfigureAwait(false);
    }

    private static Task Run(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private ActorSystem CreateSystem(IServiceProvider provider)
    {
        var setup = BootstrapSetup.Create().WithConfig(Configuration.GetOrElse(Config.Empty))
            .And(DependencyResolverSetup.Create(provider));
        foreach (var one in _setups)
            setup = setup.And(one);
        if (_serializers.Count > 0)
            setup = setup.And(SerializationSetup.Create(system => _serializers.Select(make => make(system)).ToImmutableHashSet()));
        return ActorSystem.Create(_actorSystemName, setup);
    }
}
