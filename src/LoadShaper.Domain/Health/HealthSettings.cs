using LoadShaper.Domain.Admission;

namespace LoadShaper.Domain.Health;

/// <summary>HEALTH_*: where /health and /metrics are answered.</summary>
public sealed record HealthSettings
{
    public bool Enabled { get; init; } = true;

    /// <summary>An address of this machine; 0.0.0.0 or :: for every interface.</summary>
    public string Host { get; init; } = "127.0.0.1";

    public int Port { get; init; } = 8080;

    /// <summary>HEALTH_ALLOWED_HOSTS: names in the Host header beside addresses, localhost and the name of this machine.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    public AdmissionLimits Limits { get; init; } = new();
}
