using Akka.Configuration;
using Akka.Util;

namespace Akka.Persistence.Sql;

/// <summary>What the journal and the snapshot store on SQL have in common.</summary>
internal static class SqlSettings
{
    public const string SqliteProvider = "SQLite.MS";

    public static string ConnectionString(Config config)
    {
        if (config.GetString("provider-name") is var provider && provider != SqliteProvider)
            throw new ConfigurationException($"provider-name: only {SqliteProvider} is known here, not \"{provider}\"");
        return config.GetString("connection-string") is { Length: > 0 } given
            ? given
            : throw new ConfigurationException("connection-string: it must be given");
    }

    /// <summary>Rows without a serializer's id name their type in the manifest.</summary>
    public static object Deserialize(
        Serialization.Serialization serialization, byte[] bytes, int? serializerId, string? manifest, string? defaultSerializer)
    {
        if (serializerId is { } id)
            return serialization.Deserialize(bytes, id, manifest ?? "");
        var type = TypeNames.Find(manifest ?? "")
            ?? throw new TypeLoadException($"a row has neither a serializer's id nor a known type: \"{manifest}\"");
        return serialization.FindSerializerForType(type, defaultSerializer).FromBinary(bytes, type);
    }
}
