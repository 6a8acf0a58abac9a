using LoadShaper.Cli.Load.Distribution;
using LoadShaper.LoadTest.Cluster;
using Xunit;

namespace LoadShaper.Cli.Tests.Load.Distribution;

public sealed class WorkerFlagsTests
{
    [Fact]
    public void A_worker_needs_only_the_address_of_the_coordinator()
    {
        Assert.Equal(
            new WorkerRequest(new ClusterAddress("10.0.0.5", 7946), null, "vm2-77", null, Keep: false),
            new WorkerFlags(Join: "10.0.0.5:7946").Read("vm2", 77, out var problems));
        Assert.Empty(problems);
    }

    [Fact]
    public void Every_option_is_read()
    {
        Assert.Equal(
            new WorkerRequest(new ClusterAddress("load-coordinator", 7946), new ClusterAddress("10.1.2.3", 7946), "load-worker-1", "/certificate/load.pem", Keep: true),
            new WorkerFlags("load-coordinator:7946", "10.1.2.3:7946", "load-worker-1", "/certificate/load.pem", Keep: true).Read("vm2", 77, out var problems));
        Assert.Empty(problems);
    }

    [Fact]
    public void All_problems_are_reported_together()
    {
        Assert.Null(new WorkerFlags(Listen: "here", Name: "a\nb", Certificate: "").Read("vm2", 77, out var problems));

        Assert.Collection(problems,
            p => Assert.StartsWith("--join is missing; expected the address of the coordinator", p, StringComparison.Ordinal),
            p => Assert.StartsWith("--listen: 'here' is not an address", p, StringComparison.Ordinal),
            p => Assert.Equal("--name: \"a\\u000ab\" is not valid; expected 1 to 64 printable characters", p),
            p => Assert.StartsWith("--certificate is empty", p, StringComparison.Ordinal));
    }

    [Fact]
    public void A_worker_cannot_join_port_0()
    {
        Assert.Null(new WorkerFlags(Join: "10.0.0.5:0").Read("vm2", 77, out var problems));

        Assert.StartsWith("--join: 10.0.0.5:0 has port 0", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_that_are_not_permitted_are_problems()
    {
        Assert.Null(new WorkerFlags(Join: "203.0.113.5:7946", Listen: "0.0.0.0:7946").Read("vm2", 77, out var problems));

        Assert.Collection(problems,
            p => Assert.StartsWith("--join 203.0.113.5:7946 is the public address 203.0.113.5, and there is no certificate", p, StringComparison.Ordinal),
            p => Assert.Equal("--listen 0.0.0.0:7946 is a wildcard; expected the address that the other machines connect to, for example 10.0.0.5:7946", p));
    }

    [Fact]
    public void A_public_address_is_permitted_with_a_certificate()
    {
        Assert.NotNull(new WorkerFlags(Join: "203.0.113.5:7946", Certificate: "load.pem").Read("vm2", 77, out var problems));
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Ä")]
    public void A_machine_without_a_usable_name_is_a_worker(string machine) =>
        Assert.Equal("worker-77", new WorkerFlags(Join: "10.0.0.5:7946").Read(machine, 77, out _)!.Name);

    [Fact]
    public void A_long_machine_name_is_shortened() =>
        Assert.Equal(new string('m', 53) + "-2147483647", new WorkerFlags(Join: "10.0.0.5:7946").Read(new string('m', 70), int.MaxValue, out _)!.Name);
}
