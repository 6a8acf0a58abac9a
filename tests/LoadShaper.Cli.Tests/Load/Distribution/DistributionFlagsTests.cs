using LoadShaper.Cli.Load.Distribution;
using LoadShaper.LoadTest.Cluster;
using LoadShaper.LoadTest.Cluster.Membership;
using Xunit;

namespace LoadShaper.Cli.Tests.Load.Distribution;

public sealed class DistributionFlagsTests
{
    [Fact]
    public void A_run_without_workers_is_not_distributed()
    {
        Assert.Null(new DistributionFlags().Read(out var problems));
        Assert.Empty(problems);
    }

    [Fact]
    public void Workers_of_other_machines_join_on_the_default_port()
    {
        Assert.Equal(
            new DistributedRun(3, 0, new ClusterAddress("127.0.0.1", 7946), TimeSpan.FromMinutes(2), WorkerLossPolicy.Keep, null),
            new DistributionFlags(Workers: "3").Read(out var problems));
        Assert.Empty(problems);
    }

    [Fact]
    public void Local_workers_alone_join_on_a_free_port()
    {
        var run = new DistributionFlags(LocalWorkers: "2").Read(out _)!;

        Assert.Equal((0, 2, 2, new ClusterAddress("127.0.0.1", 0)), (run.Remote, run.Local, run.Workers, run.Listen));
    }

    [Fact]
    public void Every_option_is_read()
    {
        Assert.Equal(
            new DistributedRun(2, 1, new ClusterAddress("fd00::5", 9000), TimeSpan.FromSeconds(90), WorkerLossPolicy.Rebalance, "load.pem"),
            new DistributionFlags("2", "1", "[fd00::5]:9000", "1m30s", "rebalance", "load.pem").Read(out var problems));
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("two")]
    [InlineData("1.5")]
    [InlineData("1001")]
    public void A_number_of_workers_out_of_bounds_is_a_problem(string text)
    {
        new DistributionFlags(Workers: text).Read(out var remote);
        new DistributionFlags(LocalWorkers: text).Read(out var local);

        Assert.Equal($"--workers: \"{text}\" is not valid; expected a whole number from 1 to 1000", Assert.Single(remote));
        Assert.StartsWith($"--local-workers: \"{text}\" is not valid", Assert.Single(local), StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_reported_together()
    {
        new DistributionFlags("600", "600", "nowhere", "soon", "ignore", "").Read(out var problems);

        Assert.Collection(problems,
            p => Assert.StartsWith("--workers and --local-workers are 1200 together; expected at most 1000", p, StringComparison.Ordinal),
            p => Assert.StartsWith("--listen: 'nowhere' is not an address", p, StringComparison.Ordinal),
            p => Assert.StartsWith("--join-timeout: \"soon\" is not valid; expected a duration", p, StringComparison.Ordinal),
            p => Assert.StartsWith("--on-worker-loss: \"ignore\" is not valid; expected keep", p, StringComparison.Ordinal),
            p => Assert.StartsWith("--certificate is empty; expected the file", p, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0.0.0.0:7946")]
    [InlineData("[::]:7946")]
    [InlineData("203.0.113.5:7946")]
    public void A_wildcard_and_a_public_address_without_certificate_are_problems(string listen)
    {
        new DistributionFlags(Workers: "2", Listen: listen).Read(out var problems);

        Assert.StartsWith($"--listen {listen} is ", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_that_has_no_effect_is_a_problem()
    {
        new DistributionFlags(Listen: "10.0.0.5:7946", Certificate: "load.pem").Read(out var problems);

        Assert.Equal(2, problems.Count);
        Assert.Contains("--listen 10.0.0.5:7946 has no effect without workers; add --workers N", problems[0], StringComparison.Ordinal);
    }
}
