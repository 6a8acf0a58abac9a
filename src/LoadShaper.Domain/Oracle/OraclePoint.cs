namespace LoadShaper.Domain.Oracle;

/// <summary>A metric of Oracle's monitoring. The numbers are stored; never change one.</summary>
public enum OracleMetric
{
    /// <summary>CpuUtilization of oci_computeagent: measured on the instance, steal included, percent.</summary>
    Cpu = 0,

    /// <summary>MemoryUtilization of oci_computeagent, percent.</summary>
    Memory = 1,

    /// <summary>NetworksBytesIn of oci_computeagent, bytes in the minute, all VNICs.</summary>
    NetworkIn = 2,

    /// <summary>NetworksBytesOut of oci_computeagent, bytes in the minute, all VNICs.</summary>
    NetworkOut = 3,

    /// <summary>CpuUtilization of oci_vmi_resource_utilization: measured by the hypervisor every 3 to 4 minutes, without steal, percent.</summary>
    HypervisorCpu = 4,
}

/// <summary>A value of Oracle's monitoring for one UTC minute.</summary>
/// <param name="Minute">Minutes since 1970-01-01T00:00Z.</param>
/// <param name="Value">Percent, or bytes for the network metrics.</param>
public readonly record struct OraclePoint(OracleMetric Metric, long Minute, double Value)
{
    /// <summary>The minute that a timestamp of Oracle means: by its documentation it is the end of the interval.</summary>
    public static long MinuteOf(DateTimeOffset timestamp) => (timestamp.ToUnixTimeSeconds() + 59) / 60 - 1;

    /// <summary>Whether the value is possible; anything else is left out.</summary>
    public bool IsValid => double.IsFinite(Value) && Value >= 0
        && (Metric is OracleMetric.NetworkIn or OracleMetric.NetworkOut || Value <= 100);
}

/// <summary>Asks for the stored points from a time on; the answer is an <see cref="OracleHistory"/>.</summary>
public sealed record OracleHistoryWanted(DateTimeOffset From);

/// <summary>Points to be stored; the answer is the <see cref="OracleHistory"/> with them.</summary>
/// <param name="From">From when on the answer is wanted.</param>
public sealed record OraclePointsFetched(IReadOnlyList<OraclePoint> Points, DateTimeOffset From);

/// <summary>Stored points, by metric and minute.</summary>
/// <param name="FilledIn">CPU points that stand for a minute that LoadShaper did not see; 0 when they are not used so.</param>
/// <param name="NewlyFilledIn">How many of them were not stored before.</param>
/// <param name="Problem">Why nothing could be stored or read; null when it could.</param>
public sealed record OracleHistory(IReadOnlyList<OraclePoint> Points, int FilledIn = 0, int NewlyFilledIn = 0, string? Problem = null);

/// <summary>Minutes that were not seen are there now: the readings are to be computed again from the stored minutes.</summary>
public sealed record MinutesFilledIn;
