using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using LoadShaper.Simulation.Network;
using Xunit;

namespace LoadShaper.Simulation.Tests.Network;

/// <summary>Days of the network lever on a link of 50 Mbit/s, by the daemon's own policies.</summary>
public sealed class NetworkMonthTests
{
    private static readonly NetworkOptions Always = new(
        new NetworkSettings
        {
            Peers = [new NetworkPeer("10.0.0.2")],
            Target = Percent.Of(23),
            Link = BitRate.FromMbit(50),
            Fallback = new FallbackSettings { Activation = NetworkActivation.Always },
            Budget = new BudgetSettings { Monthly = ByteSize.FromBytes(100_000 * BudgetSettings.Gigabyte) },
        },
        new SamplingSettings { JitterPercent = 0 }, ShapeFamily.E2, new ForeignLoad.Constant(0), [], Days: 8);

    [Fact]
    public void An_idle_link_is_held_at_the_target()
    {
        var result = NetworkMonth.Run(Always);

        Assert.InRange(result.LowestWeek!.Value, 22, 24);
        Assert.Null(result.BudgetReached);
    }

    [Fact]
    public void Other_traffic_counts_towards_the_target()
    {
        var result = NetworkMonth.Run(Always with { Foreign = new ForeignLoad.Constant(15) });

        Assert.All(result.Days, day => Assert.InRange(day.Use, 22, 24));
        Assert.All(result.Days, day => Assert.InRange(day.Own, 7, 9));
    }

    [Fact]
    public void With_enough_other_traffic_nothing_is_sent()
    {
        var result = NetworkMonth.Run(Always with { Foreign = new ForeignLoad.Constant(30), Days = 1 });

        Assert.Equal(0, result.Days[0].Sent.Bytes);
    }

    [Fact]
    public void Adaptive_traffic_flows_only_while_every_other_metric_is_at_risk()
    {
        var adaptive = Always with { Settings = Always.Settings with { Fallback = new FallbackSettings() }, Days = 1 };

        Assert.Equal(0, NetworkMonth.Run(adaptive with { CpuAtRisk = false }).Days[0].Sent.Bytes);
        Assert.InRange(NetworkMonth.Run(adaptive).Days[0].Use, 18, 24);
    }

    [Fact]
    public void The_budget_is_never_exceeded_and_ends_the_traffic_until_the_next_month()
    {
        var budget = ByteSize.FromBytes(500 * BudgetSettings.Gigabyte);
        var result = NetworkMonth.Run(Always with { Settings = Always.Settings with { Budget = new BudgetSettings { Monthly = budget } }, Days = 30 });

        var january = result.Days.Where(day => day.Day.Month == 1).Sum(day => day.Sent.Bytes);
        Assert.InRange(january, budget.Bytes - 2 * LedgerPolicy.SmallestLeft.Bytes, budget.Bytes);
        Assert.NotNull(result.BudgetReached);
        Assert.Equal(0, result.Days.Last(day => day.Day.Month == 1).Sent.Bytes);
        Assert.True(result.Days.First(day => day.Day.Month == 2).Sent.Bytes > 0);
    }

    [Fact]
    public void While_the_peers_are_down_nothing_is_sent()
    {
        var result = NetworkMonth.Run(Always with { PeersDown = [new Stretch(TimeSpan.FromDays(1), TimeSpan.FromDays(1))], Days = 3 });

        Assert.Equal(0, result.Days[1].Sent.Bytes);
        Assert.True(result.Days[2].Sent.Bytes > 0);
        Assert.Contains(result.Events, happened => happened is GeneratorChanged { To: GeneratorPhase.Error });
    }
}
