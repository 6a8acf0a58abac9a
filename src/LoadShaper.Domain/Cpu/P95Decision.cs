namespace LoadShaper.Domain.Cpu;

/// <summary>A decision: events, empty when nothing changes, and the load until the plan ends or is replaced.</summary>
public sealed record P95Decision(IReadOnlyList<P95Event> Events, CpuPlan Plan);
