using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Oracle;

/// <summary>What the instance metadata service says about this VM, as far as Oracle's monitoring needs it.</summary>
/// <param name="Id">OCID of the instance.</param>
/// <param name="CompartmentId">OCID of its compartment.</param>
/// <param name="Region">Identifier of the region, as eu-frankfurt-1.</param>
/// <param name="RealmDomain">Second-level domain of the realm, as oraclecloud.com.</param>
/// <param name="Link">networkingBandwidthInGbps; null when it is not there.</param>
/// <param name="Agent">Whether the agent sends its metrics.</param>
public sealed record OracleInstance(
    string Id, string CompartmentId, string Region, string RealmDomain, BitRate? Link = null, AgentState Agent = AgentState.Running)
{
    /// <summary>Whether both can be part of a host name and of a query: they come from outside.</summary>
    public bool IsPlausible =>
        IsOcid(Id) && IsOcid(CompartmentId)
        && Region.Length is > 0 and <= 64 && Region.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
        && RealmDomain.Length is > 0 and <= 128 && RealmDomain.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')
        && !RealmDomain.StartsWith('.') && !RealmDomain.EndsWith('.');

    private static bool IsOcid(string text) =>
        text.Length is > 6 and <= 255 && text.StartsWith("ocid1.", StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}

/// <summary>Whether the Oracle Cloud Agent sends the metrics of oci_computeagent, by the metadata.</summary>
public enum AgentState
{
    Running,

    /// <summary>agentConfig.monitoringDisabled.</summary>
    MonitoringDisabled,

    /// <summary>agentConfig.allPluginsDisabled.</summary>
    AllPluginsDisabled,

    /// <summary>The plugin "Compute Instance Monitoring" is disabled.</summary>
    PluginDisabled,
}
