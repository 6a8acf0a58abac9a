namespace LoadShaper.Domain.Cpu;

/// <summary>What is decided: events, empty when nothing changes, and the load until the plan ends or is decided anew.</summary>
public sealed record P95Decision(IReadOnlyList<P95Event> Events, CpuPlan Plan);
