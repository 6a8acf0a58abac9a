using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LoadShaper.Journal;

/// <summary>
/// The JSON contracts of events and snapshots: those of <see cref="WireJson"/>, and a constructor parameter that has no
/// default and does not accept null must be present. A damaged property name would otherwise leave null in an event, which
/// fails much later and somewhere else.
/// </summary>
internal static class WireFormat
{
    private static readonly JsonSerializerOptions Options = new(WireJson.Default.Options)
    {
        RespectNullableAnnotations = true,
        TypeInfoResolver = WireJson.Default.WithAddedModifier(Require),
    };

    public static JsonTypeInfo<T> Strict<T>(JsonTypeInfo<T> contract) => (JsonTypeInfo<T>)Options.GetTypeInfo(contract.Type);

    private static void Require(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        foreach (var property in type.Properties)
        {
            if (property.AssociatedParameter is { HasDefaultValue: false } parameter && !AcceptsNull(parameter))
                property.IsRequired = true;
        }
    }

    // Null is not written (DefaultIgnoreCondition), so a parameter that accepts it may be missing.
    private static bool AcceptsNull(JsonParameterInfo parameter) =>
        parameter.ParameterType.IsValueType ? Nullable.GetUnderlyingType(parameter.ParameterType) is not null : parameter.IsNullable;
}
