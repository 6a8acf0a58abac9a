using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace LoadShaper.LoadTest.Cluster.Protocol;

/// <summary>In the place of a serializer of Akka that creates types which the sender names; a peer could name any. It refuses everything.</summary>
/// <param name="identifier">The number of the serializer that it replaces.</param>
internal abstract class RefusingSerializer(ExtendedActorSystem system, int identifier) : Serializer(system)
{
    public override int Identifier => identifier;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => throw new SerializationException($"{obj.GetType()} is not a message of a distributed run");

    public override object FromBinary(byte[] bytes, Type? type) => throw new SerializationException("The message is of a serializer that is not permitted");
}

/// <summary>In the place of the JSON serializer, Akka's default for every type that has no other one.</summary>
internal sealed class JsonRefusal(ExtendedActorSystem system, Config settings) : RefusingSerializer(system, 1)
{
    /// <summary>Of the JSON serializer: Akka hands them to the constructor.</summary>
    public Config Settings => settings;
}

/// <summary>In the place of the serializer of remote deployment.</summary>
internal sealed class RemoteDeploymentRefusal(ExtendedActorSystem system) : RefusingSerializer(system, 3);
