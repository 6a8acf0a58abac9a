using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Cpu.Burning;

/// <summary>What one burning thread is to do. Immutable: it is handed from thread to thread.</summary>
/// <param name="Duty">Share of its core to keep busy.</param>
/// <param name="Until">Idle from then on, by the monotonic clock.</param>
public sealed record PaceOrder(DutyCycle Duty, TimeSpan Until)
{
    public static readonly PaceOrder Idle = new(DutyCycle.Idle, TimeSpan.Zero);
}

/// <summary>What a burning thread sees of itself between two chunks.</summary>
/// <param name="Now">The monotonic clock.</param>
/// <param name="Ran">Its CPU time since it began.</param>
/// <param name="Waited">Its run-queue delay since it began.</param>
public readonly record struct PaceInput(TimeSpan Now, TimeSpan Ran, TimeSpan Waited);

/// <summary>What it does next.</summary>
/// <param name="SleepUntil">Null: burn one chunk. <see cref="TimeSpan.MaxValue"/>: sleep until an order comes.</param>
public readonly record struct PaceStep(TimeSpan? SleepUntil, PaceState State);
