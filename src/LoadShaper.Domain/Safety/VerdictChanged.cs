namespace LoadShaper.Domain.Safety;

/// <summary>The machine looks otherwise by the idle rule than before.</summary>
/// <param name="From">Null at the first verdict ever.</param>
/// <param name="Input">What it was judged from.</param>
public sealed record VerdictChanged(VerdictInput Input, VerdictKind? From, Verdict To) : IEvent
{
    public DateTimeOffset At => Input.At;
}
