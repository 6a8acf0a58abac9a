using System.Globalization;

namespace LoadShaper.Domain.Admission;

/// <summary>Use of a resource in the words of the throttling specification, for `resource_status` and for tests of the log.</summary>
public static class ResourceText
{
    public static string Of(LimitedResource resource, ResourceLevel level, double use, double limit)
    {
        var verb = level switch
        {
            ResourceLevel.Violation => "exceeds",
            ResourceLevel.Warning => "approaching",
            _ => "below",
        };
        return resource switch
        {
            LimitedResource.ConcurrentRequests => Invariant($"Concurrent requests {use:0} {verb} limit {limit:0}"),
            LimitedResource.RequestRate => Invariant($"Request rate {use:0}/min {verb} limit {limit:0}/min"),
            LimitedResource.Memory => Invariant($"Memory {use:0.0}MB {verb} limit {limit:0.#}MB"),
            _ => Invariant($"CPU {use:0.0}% {verb} limit {limit:0.#}%"),
        };
    }

    /// <summary>Every resource at this level now.</summary>
    public static IReadOnlyList<string> All(ResourceUse use, AdmissionLimits limits, ResourceLevel level) =>
    [
        .. Enum.GetValues<LimitedResource>()
            .Where(resource => use.LevelOf(limits, resource) == level)
            .Select(resource => Of(resource, level, use.Of(resource) ?? 0, ResourceUse.LimitOf(limits, resource))),
    ];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
