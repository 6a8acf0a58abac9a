using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network;

/// <summary>NET_ACTIVATION and NET_FALLBACK_*: when traffic is the last lever.</summary>
public sealed record FallbackSettings
{
    public NetworkActivation Activation { get; init; } = NetworkActivation.Adaptive;

    /// <summary>NET_FALLBACK_START_PCT: use of the link under which the network is at risk.</summary>
    public Percent Start { get; init; } = Percent.Of(19);

    /// <summary>NET_FALLBACK_STOP_PCT: use of the link over which it is safe again.</summary>
    public Percent Stop { get; init; } = Percent.Of(23);

    /// <summary>NET_FALLBACK_RISK_THRESHOLD_PCT: CPU P95 and memory under this are at risk.</summary>
    public Percent Risk { get; init; } = Percent.Of(22);

    /// <summary>How long the risk must last before traffic starts, and the safety before it ends.</summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan MinOn { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan MinOff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time over which the rate climbs to its full height. It never ramps down: less is at once.</summary>
    public TimeSpan Ramp { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>NET_ACTIVATION.</summary>
public enum NetworkActivation
{
    /// <summary>Only when every other metric is about to be too low.</summary>
    Adaptive,

    /// <summary>Whenever the gate is open.</summary>
    Always,

    Off,
}
