using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.ContractTests.Persistence;
using Akka.Serialization;
using Xunit;

namespace Akka.ContractTests.Hosting;

public class SerializerTests
{
    [Fact]
    public async Task A_custom_serializer_is_found_for_its_types_and_by_its_id()
    {
        using var host = await JournalFixture.StartHost(builder => JournalFixture.WithStoredSerializer(builder));
        var serialization = host.System().Serialization;
        var serializer = Assert.IsType<StoredSerializer>(serialization.FindSerializerFor(new Happened("a")));
        Assert.Same(serializer, serialization.FindSerializerForType(typeof(Total)));

        var bytes = serialization.Serialize(new Happened("a"));
        Assert.Equal(new Happened("a"), serialization.Deserialize(bytes, 4711, "happened.v1"));
        Assert.Throws<SerializationException>(() => serialization.Deserialize(bytes, 4712, "happened.v1"));
        await host.StopAsync();
    }

    [Fact]
    public async Task The_binding_of_the_type_itself_goes_before_that_of_its_interface()
    {
        var system = ActorSystem.Create("bindings", Config);
        Assert.IsType<OneSerializer>(system.Serialization.FindSerializerFor(new One()));
        Assert.IsType<AnySerializer>(system.Serialization.FindSerializerFor(new Two()));
        await system.Terminate();
    }

    [Fact]
    public async Task An_identifier_can_stand_in_the_configuration()
    {
        var system = ActorSystem.Create("identifiers", Config);
        Assert.Equal(815, system.Serialization.FindSerializerFor(new One()).Identifier);
        await system.Terminate();
    }

    private static Config Config => ConfigurationFactory.ParseString(
        $$"""
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.actor {
          serializers {
            one = "{{typeof(OneSerializer).AssemblyQualifiedName}}"
            any = "{{typeof(AnySerializer).AssemblyQualifiedName}}"
          }
          serialization-bindings {
            "{{typeof(IAny).AssemblyQualifiedName}}" = any
            "{{typeof(One).AssemblyQualifiedName}}" = one
          }
          serialization-identifiers {
            "{{typeof(OneSerializer).AssemblyQualifiedName}}" = 815
          }
        }
        """);

    public interface IAny;

    public sealed record One : IAny;

    public sealed record Two : IAny;

    public class AnySerializer(ExtendedActorSystem system) : Serializer(system)
    {
        public override int Identifier => 816;

        public override bool IncludeManifest => false;

        public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(obj.GetType().Name);

        public override object FromBinary(byte[] bytes, Type type) => Encoding.UTF8.GetString(bytes);
    }

    public sealed class OneSerializer(ExtendedActorSystem system) : Serializer(system)
    {
        public override bool IncludeManifest => false;

        public override byte[] ToBinary(object obj) => [];

        public override object FromBinary(byte[] bytes, Type type) => new One();
    }
}
