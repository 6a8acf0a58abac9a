using LoadShaper.LoadTest.Checklist;
using LoadShaper.LoadTest.Companions;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.Cli.Load;

/// <summary>The companion that asks a LoadShaper daemon about itself.</summary>
internal static class DaemonView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Nothing where the target cannot be asked over HTTP.</summary>
    public static IEnumerable<ISessionCompanion> Of(RunPlan plan)
    {
        if (plan.Targets.FirstOrDefault(t => t.Protocol is TargetProtocol.Http or TargetProtocol.Https && t.UnixSocketPath is null) is { } target)
            yield return new DaemonCompanion($"{target.Name}/metrics", cancel => FactsReader.ReadDaemonAsync(target, cancel), Interval);
    }
}
