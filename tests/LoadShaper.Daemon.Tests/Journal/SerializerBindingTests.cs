using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Configuration;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Journal;
using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using Xunit;

namespace LoadShaper.Daemon.Tests.Journal;

/// <summary>Akka uses its own JSON serializer without an error where a name in the configuration is wrong.</summary>
public sealed class SerializerBindingTests
{
    public static TheoryData<Type> Journaled =>
    [
        .. typeof(IEvent).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(IEvent))),
        typeof(ControllerSnapshot),
    ];

    [Theory]
    [MemberData(nameof(Journaled))]
    public async Task The_shipped_configuration_writes_every_event_and_the_snapshot_with_our_serializer(Type type)
    {
        using var system = ActorSystem.Create("shipped", DaemonHost.AkkaConf());

        var serializer = Assert.IsType<JournalSerializer>(system.Serialization.FindSerializerForType(type));

        Assert.Equal(JournalSerializer.Id, serializer.Identifier);
        Assert.Matches("^[a-z-]+\\.[0-9]+$", serializer.Manifest(RuntimeHelpers.GetUninitializedObject(type)));
        await system.Terminate();
    }

    [Fact]
    public async Task The_shipped_configuration_is_accepted_at_the_start()
    {
        using var system = ActorSystem.Create("shipped", DaemonHost.AkkaConf());

        Assert.Null(JournalSerializer.Misconfiguration(system));
        await system.Terminate();
    }

    [Theory]
    [InlineData("""akka.actor.serializers.loadshaper = "LoadShaper.Daemon.Journal.Renamed, LoadShaper.Daemon" """)]
    [InlineData("""akka.actor.serialization-bindings."LoadShaper.Domain.IEvent, LoadShaper.Domain" = json""")]
    [InlineData("""akka.actor.serialization-bindings."LoadShaper.Domain.Control.ControllerSnapshot, LoadShaper.Domain" = json""")]
    public async Task A_binding_that_does_not_lead_to_our_serializer_is_an_error_that_names_the_setting(string wrong)
    {
        using var system = ActorSystem.Create(
            "wrong", ConfigurationFactory.ParseString("akka.loglevel = OFF\nakka.stdout-loglevel = OFF\n" + wrong).WithFallback(DaemonHost.AkkaConf()));

        var problem = JournalSerializer.Misconfiguration(system);

        Assert.Contains("akka.actor.serialization-bindings", problem?.Message, StringComparison.Ordinal);
        await system.Terminate();
    }
}
