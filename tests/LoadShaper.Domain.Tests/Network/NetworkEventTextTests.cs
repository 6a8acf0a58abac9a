using System.Globalization;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Network.Peers;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Network;

public sealed class NetworkEventTextTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_reason_of_traffic_is_the_true_one()
    {
        Assert.Equal("traffic on: NET_ACTIVATION is always", Of(new FallbackActivated(At, null, At, NetworkActivation.Always)));
        Assert.Equal("traffic on: every other metric is at risk", Of(new FallbackActivated(At, null, At, NetworkActivation.Adaptive)));
        Assert.StartsWith("traffic on: it was wanted, by NET_ACTIVATION=always or", Of(new FallbackActivated(At, null, At)));
        Assert.Equal("traffic off: the traffic budget of the month is used", Of(new FallbackDeactivated(At, null, FallbackEnd.BudgetReached)));
    }

    [Fact]
    public void A_peer_that_does_not_receive_is_named_with_the_reason_and_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("");
            Assert.Equal(
                "peer b.internal (10.0.0.2:15201) does not receive: no process listens on the port, loss 2.5 %, reputation 40",
                Of(new PeerChanged(At, "b.internal", "10.0.0.2:15201", PeerPhase.Up, PeerPhase.Down, PeerTrouble.Refused, 0.025, 40)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void The_ledger_and_its_budget_are_shown_in_gigabytes()
    {
        var sent = new Traffic(ByteSize.FromBytes(1_234_000_000), ByteSize.FromBytes(5_000_000));
        Assert.Equal(
            "traffic 2026-11: 1.234 GB external, 0.005 GB private sent, 0.002 GB reserved",
            Of(new TrafficReserved(new LedgerInput(At, sent, sent), new DateOnly(2026, 11, 1), sent, Traffic.To(true, 2_000_000))));
        Assert.Equal(
            "traffic budget at 80 %: 800.000 GB of 1000.000 GB used this month",
            Of(new BudgetLevelChanged(At, BudgetLevel.Within, BudgetLevel.Warning, ByteSize.FromBytes(800_000_000_000), ByteSize.FromBytes(1_000_000_000_000))));
    }

    [Fact]
    public void Every_trouble_and_every_state_has_words_of_its_own()
    {
        Assert.Equal(Enum.GetValues<PeerTrouble>().Length, Enum.GetValues<PeerTrouble>().Select(NetworkEventText.Describe).Distinct().Count());
        var input = new GeneratorInput(At, true, TimeSpan.Zero, TimeSpan.Zero, 2, 2, 0, 1, 0);
        var texts = Enum.GetValues<GeneratorPhase>().Select(to => Of(new GeneratorChanged(input, GeneratorPhase.Off, to))).ToList();
        Assert.Equal(texts.Count, texts.Distinct().Count());
    }

    private static string? Of(IEvent happened) => NetworkEventText.Of(happened);
}
