using System.Globalization;
using LoadShaper.LoadTest.Cluster;
using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.Cli.Load.Distribution;

/// <summary>How a run is distributed over workers.</summary>
/// <param name="Remote">Workers that join from other machines.</param>
/// <param name="Local">Workers that are started as child processes.</param>
/// <param name="Listen">Where the workers join; with port 0 on a free port.</param>
/// <param name="Certificate">File of `load cert`; null: without TLS.</param>
internal sealed record DistributedRun(int Remote, int Local, ClusterAddress Listen, TimeSpan JoinTimeout, WorkerLossPolicy OnWorkerLoss, string? Certificate)
{
    public int Workers => Remote + Local;
}

/// <summary>The options of `load run` for many machines, as written; null where they were left out.</summary>
internal sealed record DistributionFlags(
    string? Workers = null, string? LocalWorkers = null, string? Listen = null, string? JoinTimeout = null, string? OnWorkerLoss = null, string? Certificate = null)
{
    public const int MostWorkers = 1000;
    public const string Keep = "keep";
    public const string Rebalance = "rebalance";
    private static readonly ClusterAddress FreePort = new("127.0.0.1", 0);
    public static readonly TimeSpan DefaultJoinTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestJoinTimeout = TimeSpan.FromDays(1);

    /// <summary>Null when the run is not distributed.</summary>
    /// <param name="problems">Every mistake; the result counts only when there is none.</param>
    public DistributedRun? Read(out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        problems = found;
        if (Workers is null && LocalWorkers is null)
        {
            (string Name, string? Value)[] others = [("--listen", Listen), ("--join-timeout", JoinTimeout), ("--on-worker-loss", OnWorkerLoss), ("--certificate", Certificate)];
            foreach (var (name, value) in others.Where(o => o.Value is not null))
                found.Add($"{name} {value} has no effect without workers; add --workers N for workers on other machines or --local-workers N for workers on this one");
            return null;
        }

        var remote = Count("--workers", Workers, found);
        var local = Count("--local-workers", LocalWorkers, found);
        if (remote + local > MostWorkers)
            found.Add($"--workers and --local-workers are {remote + local} together; expected at most {MostWorkers}");
        var listen = Addresses.Read("--listen", Listen, Certificate is not null, found) ?? (remote > 0 ? ClusterAddress.Default : FreePort);
        var timeout = DefaultJoinTimeout;
        if (JoinTimeout is not null && (!Units.TryDuration(JoinTimeout, out timeout) || timeout <= TimeSpan.Zero || timeout > LongestJoinTimeout))
            found.Add($"--join-timeout: \"{JoinTimeout}\" is not valid; expected {Units.DurationExpected}, above 0 and at most 24h");
        if (OnWorkerLoss is not (null or Keep or Rebalance))
            found.Add($"--on-worker-loss: \"{OnWorkerLoss}\" is not valid; expected {Keep} (the share of a lost worker is not sent) or {Rebalance} (the others send it)");
        if (Certificate == "")
            found.Add("--certificate is empty; expected the file that `loadshaper load cert FILE` wrote");
        return new DistributedRun(remote, local, listen, timeout, OnWorkerLoss == Rebalance ? WorkerLossPolicy.Rebalance : WorkerLossPolicy.Keep, Certificate);
    }

    private static int Count(string name, string? text, List<string> found)
    {
        if (text is null)
            return 0;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostWorkers)
            return count;
        found.Add($"{name}: \"{text}\" is not valid; expected a whole number from 1 to {MostWorkers}");
        return 0;
    }
}
