namespace LoadShaper.Domain.Health;

/// <summary>Asks for everything that /health is answered from; the answer is a <see cref="HealthSnapshot"/>.</summary>
public sealed record HealthWanted
{
    public static readonly HealthWanted Instance = new();
}

/// <summary>The last report of every actor and the judgement of them, at one moment.</summary>
public sealed record HealthSnapshot(HealthState State, HealthVerdict Verdict, DateTimeOffset At, TimeSpan Uptime = default);
