using LoadShaper.Domain.Health;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Health;

public sealed class NetworkProblemTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly NetworkStatus Active = new(
        At, FallbackPhase.Active, BitRate.FromMbit(10), BitRate.FromMbit(10), ByteSize.Zero,
        [new PeerStatus(new NetworkPeer("10.0.0.2"), "10.0.0.2:15201", PeerTrouble.Refused)], GeneratorPhase.ActiveUdp);

    private static readonly Sample Sample = new(
        At, TimeSpan.FromSeconds(5), 2, null, null, new NetworkReading("ens3", BitRate.Zero, BitRate.Zero, BitRate.FromMbit(50)), null);

    [Fact]
    public void Traffic_that_flows_is_no_problem() => Assert.Empty(Checks(Active));

    [Fact]
    public void Wanted_traffic_that_no_peer_receives_is_one_with_the_reason_of_each_peer()
    {
        var status = Active with { Generator = GeneratorPhase.Error };

        Assert.Equal([NetworkProblem.NoPeer], Checks(status));
        Assert.Contains("10.0.0.2: no process listens on the port", NetworkProblem.Text(NetworkProblem.NoPeer, new HealthState(Network: status)));
    }

    [Fact]
    public void An_interface_that_cannot_be_read_is_one() =>
        Assert.Equal([NetworkProblem.Unreadable], NetworkProblem.Checks(new HealthState(Sample with { Network = null }, Network: Active)));

    [Fact]
    public void A_budget_that_is_used_is_one_until_the_next_month()
    {
        var used = Active with { Ledger = new LedgerState(new DateOnly(2026, 11, 1), Traffic.None, Traffic.None, BudgetLevel.Reached) };

        Assert.Equal([NetworkProblem.BudgetReached], Checks(used));
        Assert.Empty(Checks(used with { At = At.AddMonths(1) }));
    }

    [Fact]
    public void A_receiver_that_cannot_listen_is_one() =>
        Assert.Equal([NetworkProblem.NotReceiving], Checks(Active with
        {
            Receiver = new ReceiverStatus(null, "cannot listen on port 15201", ByteSize.Zero, 0, Traffic.None, [], new Dictionary<HelloRefusal, long>()),
        }));

    [Fact]
    public void Each_is_a_series_and_has_a_fix()
    {
        foreach (var check in new[] { NetworkProblem.NoPeer, NetworkProblem.Unreadable, NetworkProblem.BudgetReached, NetworkProblem.NotReceiving })
        {
            Assert.Contains(check, HealthChecks.Names);
            Assert.NotEqual("", NetworkProblem.Fix(check));
        }
    }

    private static IEnumerable<string> Checks(NetworkStatus status) => NetworkProblem.Checks(new HealthState(Sample, Network: status));
}
