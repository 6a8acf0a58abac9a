using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Serialization;

/// <summary>
/// Which serializer writes which type, from <c>akka.actor.serializers</c> and <c>serialization-bindings</c>, or given
/// to the host's builder. There is no serializer for all the rest, as the JSON one of Akka.NET: an unbound type is an error.
/// </summary>
public class Serialization
{
    private readonly Dictionary<int, Serializer> _byId = [];
    private readonly Dictionary<string, Serializer> _byName = [];
    private readonly Dictionary<Type, Serializer> _bindings = [];
    private readonly ConcurrentDictionary<Type, Serializer> _found = new();

    public Serialization(ExtendedActorSystem system)
    {
        System = system;
        var config = system.Settings.Config;
        foreach (var (name, type) in config.GetConfig("akka.actor.serializers")?.AsEnumerable() ?? [])
            AddSerializer(name, Create(name, type.GetString()));
        foreach (var (type, name) in config.GetConfig("akka.actor.serialization-bindings")?.AsEnumerable() ?? [])
            AddSerializationMap(
                TypeNames.Find(type) ?? throw new ConfigurationException(
                    $"akka.actor.serialization-bindings: there is no type {type}"),
                _byName.GetValueOrDefault(name.GetString() ?? "") ?? throw new ConfigurationException(
                    $"akka.actor.serialization-bindings: {type} is bound to {name.GetString()}, which is not under akka.actor.serializers"));
        var setup = system.Settings.Setup.Get<SerializationSetup>();
        foreach (var details in setup.HasValue ? setup.Value.CreateSerializers(system) : [])
        {
            AddSerializer(details.Alias, details.Serializer);
            foreach (var type in details.UseFor)
                AddSerializationMap(type, details.Serializer);
        }
    }

    public ExtendedActorSystem System { get; }

    public void AddSerializer(string name, Serializer serializer)
    {
        _byId[serializer.Identifier] = serializer;
        _byName[name] = serializer;
    }

    public void AddSerializationMap(Type type, Serializer serializer)
    {
        _bindings[type] = serializer;
        _found.Clear();
    }

    public byte[] Serialize(object o) => FindSerializerFor(o).ToBinary(o);

    public object Deserialize(byte[] bytes, int serializerId, Type type) => ById(serializerId, type.Name).FromBinary(bytes, type);

    public object Deserialize(byte[] bytes, int serializerId, string manifest)
    {
        var serializer = ById(serializerId, manifest);
        if (serializer is SerializerWithStringManifest named)
            return named.FromBinary(bytes, manifest);
        if (string.IsNullOrEmpty(manifest))
            return serializer.FromBinary(bytes, null!);
        return serializer.FromBinary(bytes, TypeNames.Find(manifest) ?? throw new SerializationException(
            $"Cannot find manifest class [{manifest}] for serializer with id [{serializerId}]."));
    }

    public Serializer FindSerializerFor(object obj, string? defaultSerializerName = null) =>
        FindSerializerForType(obj.GetType(), defaultSerializerName);

    /// <summary>The serializer bound to the type, or to the most derived of its base types and interfaces.</summary>
    public Serializer FindSerializerForType(Type objectType, string? defaultSerializerName = null)
    {
        if (_found.TryGetValue(objectType, out var known))
            return known;
        var bound = _bindings.Keys.Where(b => b.IsAssignableFrom(objectType)).ToList();
        var closest = bound.Find(b => bound.TrueForAll(other => other == b || !b.IsAssignableFrom(other)));
        if ((closest is null || closest == typeof(object)) && defaultSerializerName is not null
            && _byName.TryGetValue(defaultSerializerName, out var byName))
            return byName;
        if (closest is null)
            throw new SerializationException(
                $"Serializer not found for type {objectType.Name}: bind one under akka.actor.serialization-bindings or by WithCustomSerializer");
        return _found[objectType] = _bindings[closest];
    }

    public static string ManifestFor(Serializer s, object msg) => s switch
    {
        SerializerWithStringManifest named => named.Manifest(msg),
        { IncludeManifest: true } => msg.GetType().TypeQualifiedName(),
        _ => "",
    };

    private Serializer ById(int id, string what) =>
        _byId.GetValueOrDefault(id) ?? throw new SerializationException(
            $"Cannot find serializer with id [{id}] (manifest [{what}]): is it missing under akka.actor.serializers?");

    private Serializer Create(string name, string? typeName)
    {
        var type = TypeNames.Find(typeName ?? "") ?? throw new ConfigurationException(
            $"akka.actor.serializers: there is no type {typeName} for the serializer {name}");
        return (Serializer)Activator.CreateInstance(type, System)!;
    }
}
