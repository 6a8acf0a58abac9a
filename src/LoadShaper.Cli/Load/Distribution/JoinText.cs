using LoadShaper.LoadTest.Cluster;
using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Reports;

namespace LoadShaper.Cli.Load.Distribution;

/// <summary>What is shown while workers are waited for.</summary>
internal static class JoinText
{
    public static string Waiting(DistributedRun run, ClusterAddress address) =>
        $"waiting for {Count(run.Workers)} on {address}" + (run.Remote == 0 ? "" : $"; on each machine: {WorkerCommand(run, address)}");

    /// <summary>Not all workers joined in time.</summary>
    public static string Missing(DistributedRun run, ClusterAddress address, IReadOnlyList<JoinedWorker> joined)
    {
        var names = joined.Count == 0 ? "" : $" ({string.Join(", ", joined.Select(w => $"{w.Name} from {w.Address}"))})";
        var others = joined.Count > 0 ? "the others" : run.Workers == 1 ? "it" : "them";
        return $"{joined.Count} of {Count(run.Workers)} joined within {ReportText.Duration(run.JoinTimeout)}{names}; nothing was sent. " + (run.Remote == 0
            ? "This machine was too slow to start its workers; use fewer, or a longer --join-timeout"
            : $"Start {others} with `{WorkerCommand(run, address)}`, check that they reach this address and that this machine reaches theirs, or use a longer --join-timeout");
    }

    private static string WorkerCommand(DistributedRun run, ClusterAddress address) =>
        $"loadshaper load worker --join {address}{(run.Certificate is null ? "" : " --certificate FILE")}";

    private static string Count(int workers) => workers == 1 ? "1 worker" : $"{workers} workers";
}
