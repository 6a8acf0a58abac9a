namespace LoadShaper.Domain.Network;

public enum FallbackPhase
{
    Inactive,
    Active,
}

/// <summary>What the fallback knows between two decisions.</summary>
/// <param name="Since">When the phase began; null before the first input, from which on it counts as rest.</param>
/// <param name="RiskSince">Since when every metric that counts is at risk; null when one is not.</param>
/// <param name="SafeSince">Since when traffic is not needed; null while it is.</param>
public sealed record FallbackState(FallbackPhase Phase, DateTimeOffset? Since, DateTimeOffset? RiskSince, DateTimeOffset? SafeSince)
{
    public static readonly FallbackState Start = new(FallbackPhase.Inactive, null, null, null);

    /// <summary>A clock that was set back shortens nothing: what lies in the future begins now.</summary>
    public FallbackState Observe(DateTimeOffset at, bool risk, bool safe) => this with
    {
        Since = Earlier(Since, at),
        RiskSince = risk ? Earlier(RiskSince, at) : null,
        SafeSince = safe ? Earlier(SafeSince, at) : null,
    };

    public FallbackState Apply(NetworkEvent happened) => happened switch
    {
        FallbackActivated => new FallbackState(FallbackPhase.Active, happened.At, RiskSince, null),
        FallbackDeactivated => new FallbackState(FallbackPhase.Inactive, happened.At, null, null),
        _ => this,
    };

    public TimeSpan InPhase(DateTimeOffset at) => at - (Since ?? at);

    private static DateTimeOffset Earlier(DateTimeOffset? time, DateTimeOffset at) => time < at ? time.Value : at;
}
