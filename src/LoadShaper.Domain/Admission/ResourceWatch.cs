namespace LoadShaper.Domain.Admission;

/// <summary>A line of the log about one resource; <see cref="ResourceLevel.Normal"/> is its recovery.</summary>
public readonly record struct ResourceNotice(LimitedResource Resource, ResourceLevel Level, double Use, double Limit);

/// <summary>
/// Which changes of use are logged: a warning and a violation at most once in five seconds for each resource, and one recovery
/// after them.
/// </summary>
public sealed class ResourceWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly LimitedResource[] Resources = Enum.GetValues<LimitedResource>();

    private readonly Seen[] _seen = new Seen[Resources.Length];

    /// <param name="now">A monotonic time.</param>
    /// <returns>What to log now; mostly nothing.</returns>
    public IReadOnlyList<ResourceNotice> Decide(AdmissionLimits limits, ResourceUse use, TimeSpan now)
    {
        List<ResourceNotice>? notices = null;
        foreach (var resource in Resources)
        {
            ref var seen = ref _seen[(int)resource];
            var level = use.LevelOf(limits, resource);
            var isDue = level switch
            {
                ResourceLevel.Violation => IsOver(seen.ViolationAt, now),
                // After a violation the way down is not a new warning.
                ResourceLevel.Warning => IsOver(seen.WarningAt, now) && IsOver(seen.ViolationAt, now),
                _ => seen.IsReported,
            };
            if (!isDue)
                continue;
            seen = level switch
            {
                ResourceLevel.Violation => seen with { ViolationAt = now, IsReported = true },
                ResourceLevel.Warning => seen with { WarningAt = now, IsReported = true },
                _ => seen with { IsReported = false },
            };
            (notices ??= []).Add(new ResourceNotice(resource, level, use.Of(resource) ?? 0, ResourceUse.LimitOf(limits, resource)));
        }
        return notices ?? [];
    }

    private static bool IsOver(TimeSpan? last, TimeSpan now) => last is not { } at || now - at >= Pause;

    private readonly record struct Seen(TimeSpan? WarningAt, TimeSpan? ViolationAt, bool IsReported);
}
