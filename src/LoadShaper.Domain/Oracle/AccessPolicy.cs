namespace LoadShaper.Domain.Oracle;

/// <summary>The dynamic group and the policy that let this instance read its own metrics.</summary>
public static class AccessPolicy
{
    public const string GroupName = "loadshaper";

    /// <summary>The matching rule of the dynamic group.</summary>
    public static string GroupRule(string instanceId) => $"instance.id = '{instanceId}'";

    /// <summary>The statement of the policy.</summary>
    public static string Statement(string compartmentId) =>
        $"Allow dynamic-group {GroupName} to read metrics in compartment id {compartmentId} where any {{target.metrics.namespace = '{OracleQuery.Agent}', target.metrics.namespace = '{OracleQuery.Hypervisor}'}}";
}
