namespace LoadShaper.Domain.Health;

/// <summary>The answer of /health in a word.</summary>
public enum HealthStatus
{
    Healthy,

    /// <summary>It works, with less than it should have: 200 all the same.</summary>
    Degraded,

    /// <summary>The VM is not being protected: 503.</summary>
    Unhealthy,
}
