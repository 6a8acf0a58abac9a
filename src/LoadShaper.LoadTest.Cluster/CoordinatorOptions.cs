using LoadShaper.LoadTest.Cluster.Membership;

namespace LoadShaper.LoadTest.Cluster;

/// <summary>How a coordinator is started.</summary>
public sealed record CoordinatorOptions
{
    /// <summary>Where it listens and what the workers join. A name is resolved to one address, which is the one used.</summary>
    public ClusterAddress Listen { get; init; } = ClusterAddress.Default;

    /// <summary>Null: no TLS, loopback and private addresses only. Not disposed by the coordinator.</summary>
    public ClusterCertificate? Certificate { get; init; }

    public WorkerLossPolicy OnWorkerLoss { get; init; }

    /// <summary>Gets what an operator should know: refused workers, failures. Called on threads of the cluster; must not wait.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
