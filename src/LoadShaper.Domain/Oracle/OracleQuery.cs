namespace LoadShaper.Domain.Oracle;

/// <summary>The query of a metric in Oracle's Monitoring Query Language.</summary>
/// <param name="Namespace">oci_computeagent or oci_vmi_resource_utilization.</param>
/// <param name="Text">The query.</param>
public sealed record OracleQuery(string Namespace, string Text)
{
    public const string Agent = "oci_computeagent";
    public const string Hypervisor = "oci_vmi_resource_utilization";

    /// <param name="metric">What is asked for, one value a minute.</param>
    /// <param name="instanceId">The OCID of the instance.</param>
    public static OracleQuery Of(OracleMetric metric, string instanceId)
    {
        var (from, name, statistic) = metric switch
        {
            OracleMetric.Cpu => (Agent, "CpuUtilization", "mean"),
            OracleMetric.Memory => (Agent, "MemoryUtilization", "mean"),
            OracleMetric.NetworkIn => (Agent, "NetworksBytesIn", "sum"),
            OracleMetric.NetworkOut => (Agent, "NetworksBytesOut", "sum"),
            _ => (Hypervisor, "CpuUtilization", "mean"),
        };
        return new OracleQuery(from, $"{name}[1m]{{resourceId = \"{instanceId}\"}}.{statistic}()");
    }
}
