using LoadShaper.Domain.Platform;

namespace LoadShaper.Domain.Safety;

/// <summary>
/// Judges the machine as Oracle's rule does: idle only when every metric that counts on its shape is under the threshold.
/// Which aggregation Oracle uses is unpublished, so of the CPU's grids the lowest counts.
/// </summary>
public static class VerdictPolicy
{
    public static Verdict Decide(IdleRule rule, ShapeFamily family, VerdictInput input)
    {
        var memory = family == ShapeFamily.A1 ? input.Memory : null;
        (IdleMetric Metric, double? Value)[] sure =
        [
            (IdleMetric.Cpu, input.CpuPessimistic),
            (IdleMetric.Memory, memory),
            (IdleMetric.Network, input.Network),
        ];
        var best = sure.Where(m => m.Value is not null).OrderByDescending(m => m.Value).Select(m => ((IdleMetric, double Value)?)(m.Metric, m.Value!.Value)).FirstOrDefault();
        var saved = best?.Value >= rule.Threshold;

        // Seven days have to be seen; after that a gap matters only where it could make the difference.
        var seenEnough = input.Watched >= rule.Window;
        var kind = (seenEnough, saved) switch
        {
            (true, true) => VerdictKind.Safe,
            (true, false) when !(input.Cpu >= rule.Threshold) => VerdictKind.AtRisk,
            _ => VerdictKind.Unknown,
        };

        IdleMetric? savedBy = saved ? best!.Value.Item1 : null;
        return new Verdict(
            kind, savedBy, best?.Value - rule.Threshold,
            input.Cpu, input.CpuPessimistic, memory, input.Network, input.Missing, input.MinutesNeeded,
            TurnsAt: sure.Where(m => m.Value >= rule.Threshold).Max(m => (DateTimeOffset?)TurnOf(rule, m.Metric, m.Value!.Value, input)));
    }

    // Memory and network count by their mean: with nothing more to come it sinks as its minutes leave the window, as fast
    // as if they were all alike.
    private static DateTimeOffset TurnOf(IdleRule rule, IdleMetric metric, double value, VerdictInput input) =>
        metric == IdleMetric.Cpu
            ? NextHour(input.At).AddHours(input.CpuHolds ?? 0)
            : NextHour(input.At + rule.Window * (1 - rule.Threshold / value));

    // Grids move on the full hour; a value that holds for n hours from the start of the present hour has changed by the next.
    private static DateTimeOffset NextHour(DateTimeOffset at) =>
        DateTimeOffset.UnixEpoch.AddHours(Math.Floor((at - DateTimeOffset.UnixEpoch).TotalHours) + 1);
}
