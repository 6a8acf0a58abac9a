namespace LoadShaper.Domain.Safety;

/// <summary>The position of the gate from now on.</summary>
/// <param name="Scale">
/// Share of our own load that is left, 0 to 1: it shrinks as run-queue delay, foreign CPU or memory pressure near their
/// limits, and is 0 when closed.
/// </param>
/// <param name="Causes">The signals that keep it from being open now.</param>
/// <param name="Event">What changed; null when nothing did.</param>
public sealed record GateDecision(GatePosition Position, double Scale, GateCauses Causes, GateEvent? Event);
