namespace LoadShaper.LoadTest.Cluster.Membership;

/// <summary>What the remaining workers do when one is lost during a run. The run ends with exit code 5 in both cases.</summary>
public enum WorkerLossPolicy
{
    /// <summary>They continue with their own part. The lost part is missing from then on, and the report names the window.</summary>
    Keep,

    /// <summary>They also send what is left of the lost part.</summary>
    Rebalance,
}
