namespace LoadShaper.LoadTest.Cluster;

/// <summary>How a worker is started.</summary>
public sealed record WorkerOptions
{
    /// <summary>Where the coordinator listens. A name is resolved again with every attempt.</summary>
    public required ClusterAddress Join { get; init; }

    /// <summary>Where the coordinator reaches this worker, for a firewall; null: the address of the route to the coordinator, on a free port.</summary>
    public ClusterAddress? Listen { get; init; }

    /// <summary>Unique among the workers; null: host name and process ID.</summary>
    public string? Name { get; init; }

    /// <summary>Null: no TLS, loopback and private addresses only. Not disposed by the worker.</summary>
    public ClusterCertificate? Certificate { get; init; }

    /// <summary>Serve the next coordinator after a run, until cancelled.</summary>
    public bool Keep { get; init; }

    /// <summary>How long to try to reach a coordinator. Ignored with <see cref="Keep"/>.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets one line per event: joined, run started, run ended, failures. Called on threads of the cluster; must not wait.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
