using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory;

/// <summary>What the holder is to hold now. Less is given back at once, more is taken in this one step.</summary>
/// <param name="Want">What the target asks for in the end.</param>
public sealed record MemoryPlan(ByteSize Hold, ByteSize Want);

/// <summary>A decision: what happened, and what to do.</summary>
public sealed record MemoryDecision(IReadOnlyList<MemoryEvent> Events, MemoryPlan Plan);
