#nullable disable
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

public interface IDependencyResolver
{
    T GetService<T>();

    object GetService(Type type);

    Props Props(Type type);

    /// <summary>An actor whose constructor gets the arguments, and services for the rest.</summary>
    Props Props(Type type, params object[] args);

    Props Props<T>(params object[] args)
        where T : ActorBase;
}

public class ServiceProviderDependencyResolver(IServiceProvider serviceProvider) : IDependencyResolver
{
    public IServiceProvider ServiceProvider { get; } = serviceProvider;

    public T GetService<T>() => ServiceProvider.GetService<T>();

    public object GetService(Type type) => ServiceProvider.GetService(type);

    public Props Props(Type type) => Props(type, []);

    public Props Props(Type type, params object[] args) => type.IsAssignableTo(typeof(ActorBase))
        ? Actor.Props.CreateBy(type, args, () => (ActorBase)ActivatorUtilities.CreateInstance(ServiceProvider, type, args))
        : throw new ArgumentException($"[{type}] does not implement Akka.Actor.ActorBase.", nameof(type));

    public Props Props<T>(params object[] args)
        where T : ActorBase => Props(typeof(T), args);
}

/// <summary>Gives the actor system the host's services.</summary>
public class DependencyResolverSetup : Setup
{
    private DependencyResolverSetup(IDependencyResolver resolver) => DependencyResolver = resolver;

    public IDependencyResolver DependencyResolver { get; }

    public static DependencyResolverSetup Create(IServiceProvider provider) => new(new ServiceProviderDependencyResolver(provider));

    public static DependencyResolverSetup Create(IDependencyResolver provider) => new(provider);
}

/// <summary>Makes actors with the host's services.</summary>
public sealed class DependencyResolver(IDependencyResolver resolver) : IExtension
{
    public IDependencyResolver Resolver { get; } = resolver;

    public static DependencyResolver For(ActorSystem actorSystem) =>
        actorSystem.WithExtension<DependencyResolver, DependencyResolverExtension>();

    public Props Props<T>(params object[] args)
        where T : ActorBase => Resolver.Props<T>(args);

    public Props Props(Type type, params object[] args) => Resolver.Props(type, args);
}

public sealed class DependencyResolverExtension : ExtensionIdProvider<DependencyResolver>
{
    public override DependencyResolver CreateExtension(ExtendedActorSystem system)
    {
        var setup = system.Settings.Setup.Get<DependencyResolverSetup>();
        return setup.HasValue
            ? new DependencyResolver(setup.Value.DependencyResolver)
            : throw new ConfigurationException("Unable to find [DependencyResolverSetup] included in ActorSystem settings.");
    }
}
