namespace LoadShaper.LoadTest.Cluster;

/// <summary>A cluster cannot be started or joined. The message is for the operator: what, where, expected, and how to fix it.</summary>
public sealed class ClusterException : Exception
{
    public ClusterException(string message)
        : base(message)
    {
    }

    public ClusterException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>An option is wrong, rather than something that the machine or the network refused: exit code 2 instead of 1.</summary>
    public bool IsUsage { get; init; }
}
