using LoadShaper.Domain.Control;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Health;

/// <summary>
/// What only a sum over time shows, since the start of the daemon or of the actor that keeps it. A series begins at 0 after a
/// restart, as a Prometheus counter may.
/// </summary>
/// <param name="CpuSeconds">CPU time of the machine by `own`, `foreign`, `steal` and `idle`, seconds.</param>
/// <param name="RunDelay">How long the burning threads were runnable and not running.</param>
/// <param name="GateClosed">
/// Seconds with the gate closed by cause. Causes at the same time share a second equally, so the sum is the time it was closed.
/// </param>
/// <param name="GateHeld">Time in which the load average alone held the gate.</param>
/// <param name="Samples">Samples taken.</param>
/// <param name="MemoryReleases">Releases of held memory by cause.</param>
/// <param name="Restarts">Restarts by actor.</param>
public sealed record HealthCounters(
    Totals CpuSeconds, TimeSpan RunDelay, Totals GateClosed, TimeSpan GateHeld, long Samples, Totals MemoryReleases, Totals Restarts)
{
    /// <summary>The cause of a closed gate that no signal closed, as without a set clock.</summary>
    public const string OtherCause = "other";

    public static readonly HealthCounters Zero =
        new(Totals.Zero, TimeSpan.Zero, Totals.Zero, TimeSpan.Zero, 0, Totals.Zero, Totals.Zero);

    private static readonly GateCauses[] Causes = [.. Enum.GetValues<GateCauses>().Where(cause => cause != GateCauses.None)];

    /// <summary>Every key of <see cref="GateClosed"/>.</summary>
    public static IReadOnlyList<string> CauseNames { get; } = [.. Causes.Select(SnakeCase.Of), OtherCause];

    /// <param name="controller">As it was decided before this sample.</param>
    public HealthCounters Apply(Sample sample, ControllerStatus? controller) => this with
    {
        CpuSeconds = Cpu(sample),
        RunDelay = RunDelay + (sample.RunDelay?.Waited ?? TimeSpan.Zero),
        GateClosed = controller?.Gate is { Position: GatePosition.Closed } gate ? Closed(gate.Causes, sample.Period.TotalSeconds) : GateClosed,
        GateHeld = GateHeld + (controller?.Gate is { Position: GatePosition.HeldByLoadAverage } ? sample.Period : TimeSpan.Zero),
        Samples = Samples + 1,
    };

    public HealthCounters Apply(MemoryStatus? before, MemoryStatus now) =>
        now.LastRelease is { } release && release != before?.LastRelease
            ? this with { MemoryReleases = MemoryReleases.Add(SnakeCase.Of(release.Cause)) }
            : this;

    public HealthCounters Apply(ActorRestart restarted) => this with { Restarts = Restarts.Add(restarted.Actor) };

    private Totals Cpu(Sample sample)
    {
        if (sample.Cpu is not { } cpu)
            return CpuSeconds;
        var available = sample.Period.TotalSeconds * sample.CpuCount / 100;
        // Steal is a part of busy, and so of what is not our own.
        var steal = Math.Min(cpu.Steal.Value, cpu.Foreign.Value);
        return CpuSeconds
            .Add("own", cpu.Own.Value * available)
            .Add("foreign", (cpu.Foreign.Value - steal) * available)
            .Add("steal", steal * available)
            .Add("idle", Math.Max(0, 100 - cpu.Busy.Value) * available);
    }

    private Totals Closed(GateCauses causes, double seconds)
    {
        var names = Causes.Where(cause => causes.HasFlag(cause)).Select(SnakeCase.Of).DefaultIfEmpty(OtherCause).ToArray();
        return names.Aggregate(GateClosed, (sums, name) => sums.Add(name, seconds / names.Length));
    }
}
