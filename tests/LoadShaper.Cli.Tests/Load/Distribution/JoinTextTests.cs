using LoadShaper.Cli.Load.Distribution;
using LoadShaper.LoadTest.Cluster;
using LoadShaper.LoadTest.Cluster.Membership;
using Xunit;

namespace LoadShaper.Cli.Tests.Load.Distribution;

public sealed class JoinTextTests
{
    private static readonly ClusterAddress Address = new("10.0.0.5", 7946);

    [Fact]
    public void The_command_of_a_worker_has_the_certificate() => Assert.Equal(
        "waiting for 2 workers on 10.0.0.5:7946; on each machine: loadshaper load worker --join 10.0.0.5:7946 --certificate FILE",
        JoinText.Waiting(Run(remote: 2) with { Certificate = "load.pem" }, Address));

    [Fact]
    public void Local_workers_are_not_started_by_the_operator() => Assert.Equal("waiting for 1 worker on 10.0.0.5:7946", JoinText.Waiting(Run(local: 1), Address));

    [Fact]
    public void Where_none_joined_all_are_to_be_started() => Assert.StartsWith(
        "0 of 2 workers joined within 2m; nothing was sent. Start them with `loadshaper load worker --join 10.0.0.5:7946 --certificate FILE`, check",
        JoinText.Missing(Run(remote: 2) with { Certificate = "load.pem" }, Address, []), StringComparison.Ordinal);

    [Fact]
    public void Where_some_joined_the_others_are_to_be_started() => Assert.StartsWith(
        "1 of 2 workers joined within 2m (a from 10.0.0.6:40000); nothing was sent. Start the others with `loadshaper load worker --join 10.0.0.5:7946`, check",
        JoinText.Missing(Run(remote: 2), Address, [new JoinedWorker("a", "10.0.0.6:40000", 4)]), StringComparison.Ordinal);

    [Fact]
    public void Local_workers_that_are_late_need_more_time() => Assert.EndsWith(
        "nothing was sent. This machine was too slow to start its workers; use fewer, or a longer --join-timeout",
        JoinText.Missing(Run(local: 3), Address, []), StringComparison.Ordinal);

    private static DistributedRun Run(int remote = 0, int local = 0) => new(remote, local, Address, TimeSpan.FromMinutes(2), WorkerLossPolicy.Keep, null);
}
