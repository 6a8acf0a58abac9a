namespace LoadShaper.Domain.Oracle;

/// <summary>OCI_MONITORING: what is done with Oracle's own readings of this VM.</summary>
public enum OracleMonitoring
{
    /// <summary>Nothing is asked.</summary>
    Off,

    /// <summary>They are compared with LoadShaper's readings.</summary>
    Check,

    /// <summary>They also stand in for minutes that LoadShaper did not see.</summary>
    Seed,
}

/// <summary>The OCI_* settings.</summary>
public sealed record OracleSettings
{
    public OracleMonitoring Monitoring { get; init; } = OracleMonitoring.Off;

    /// <summary>OCI_METADATA_URL: the instance metadata service, version 2, ending with a slash.</summary>
    public string MetadataUrl { get; init; } = "http://169.254.169.254/opc/v2/";
}
