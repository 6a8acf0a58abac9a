using FsCheck;
using FsCheck.Fluent;
using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Model;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Faults;

public sealed class DeciderTests
{
    private const long Millisecond = 1_000_000;

    private static readonly LinkFaults[] Links =
    [
        LinkFaults.None,
        new() { Latency = TimeSpan.FromMilliseconds(20) },
        new() { Latency = TimeSpan.FromMilliseconds(20), Jitter = TimeSpan.FromMilliseconds(30) },
        new() { Loss = 0.3, Rate = 1e6 },
        new() { Loss = 0.05, BurstLength = 4, Jitter = TimeSpan.FromMilliseconds(3) },
        new() { Gilbert = new GilbertElliott(0.1, 0.3), Slice = new SliceFaults(7, TimeSpan.FromMilliseconds(1)) },
        new() { Corrupt = 0.2, Rate = 5e5 },
    ];

    [Fact]
    public void A_stream_is_covered_in_order_and_never_gets_earlier_whatever_the_policy()
    {
        var input =
            from link in Gen.Choose(0, Links.Length - 1)
            from seed in Gen.Choose(0, 1_000)
            from reads in Gen.ListOf(from length in Gen.Choose(1, 65_536) from pause in Gen.Choose(0, 200) select (length, pause))
            select (Link: Links[link], Seed: (ulong)seed, Reads: reads);
        Prop.ForAll(input.ToArbitrary(), x =>
        {
            var decider = new StreamDecider(x.Seed, 3, FaultDirection.Uplink);
            var pieces = new List<StreamPiece>();
            long now = 0, last = 0;
            foreach (var (length, pause) in x.Reads)
            {
                now += pause * Millisecond;
                var tally = decider.Decide(now, length, x.Link, 40 * Millisecond, pieces);
                var covered = 0;
                foreach (var piece in pieces)
                {
                    Assert.Equal(covered, piece.Offset);
                    Assert.True(piece.Length > 0);
                    Assert.True(piece.Release >= Math.Max(now, last), $"released at {piece.Release}, read at {now}, the one before at {last}");
                    (covered, last) = (covered + piece.Length, piece.Release);
                }
                Assert.Equal(length, covered);
                Assert.Equal(tally.Corrupted, pieces.Count(p => p.CorruptAt >= 0));
            }
            Assert.True(decider.DecideEnd(now, x.Link) >= last);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_same_seed_gives_the_same_faults_and_other_connections_get_others()
    {
        var faults = new LinkFaults { Loss = 0.2, Jitter = TimeSpan.FromMilliseconds(5), Duplicate = 0.1, Reorder = new ReorderFaults(0.2, 4, TimeSpan.FromMilliseconds(50)), Corrupt = 0.1 };
        DatagramFate[] Fates(ulong seed, long session, FaultDirection direction)
        {
            var decider = new DatagramDecider(seed, session, direction);
            return [.. Enumerable.Range(0, 500).Select(_ => decider.Decide(faults))];
        }
        Assert.Equal(Fates(1, 0, FaultDirection.Uplink), Fates(1, 0, FaultDirection.Uplink));
        Assert.NotEqual(Fates(1, 0, FaultDirection.Uplink), Fates(2, 0, FaultDirection.Uplink));
        Assert.NotEqual(Fates(1, 0, FaultDirection.Uplink), Fates(1, 1, FaultDirection.Uplink));
        Assert.NotEqual(Fates(1, 0, FaultDirection.Uplink), Fates(1, 0, FaultDirection.Downlink));
    }

    [Fact]
    public void Another_fault_does_not_change_which_datagrams_are_lost()
    {
        static bool[] Lost(LinkFaults faults)
        {
            var decider = new DatagramDecider(5, 0, FaultDirection.Uplink);
            return [.. Enumerable.Range(0, 1_000).Select(_ => decider.Decide(faults).Copies == 0)];
        }
        var plain = new LinkFaults { Loss = 0.1 };
        Assert.Equal(Lost(plain), Lost(plain with { Jitter = TimeSpan.FromMilliseconds(5), Corrupt = 0.5 }));
    }

    /// <summary>100,000 datagrams: loss within 3 standard deviations, burst length within 5 %.</summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.05)]
    [InlineData(0.5)]
    public void Independent_loss_has_its_rate(double loss)
    {
        var (share, burst) = Measure(new LinkFaults { Loss = loss });
        Assert.InRange(share, loss - 3 * Math.Sqrt(loss * (1 - loss) / 100_000), loss + 3 * Math.Sqrt(loss * (1 - loss) / 100_000));
        Assert.InRange(burst, 0.95 / (1 - loss), 1.05 / (1 - loss));
    }

    [Theory]
    [InlineData(0.01, 4)]
    [InlineData(0.02, 10)]
    public void Bursts_of_fixed_length_have_it(double start, int length)
    {
        var faults = new LinkFaults { Loss = start, BurstLength = length };
        var (share, burst) = Measure(faults);
        Assert.InRange(share, faults.ExpectedLoss * 0.9, faults.ExpectedLoss * 1.1);
        Assert.InRange(burst, faults.ExpectedBurst * 0.95, faults.ExpectedBurst * 1.05);
    }

    [Theory]
    [InlineData(0.01, 0.25, 1, 0)]
    [InlineData(0.05, 0.5, 1, 0)]
    [InlineData(0.02, 0.1, 0.5, 0)]
    public void Gilbert_and_Elliott_have_their_loss_and_bursts(double p, double r, double bad, double good)
    {
        var faults = new LinkFaults { Gilbert = new GilbertElliott(p, r, bad, good) };
        var (share, burst) = Measure(faults);
        Assert.InRange(share, faults.ExpectedLoss * 0.9, faults.ExpectedLoss * 1.1);
        Assert.InRange(burst, faults.ExpectedBurst * 0.95, faults.ExpectedBurst * 1.05);
    }

    [Fact]
    public void Jitter_is_uniform_around_the_latency_and_never_negative()
    {
        var decider = new DatagramDecider(1, 0, FaultDirection.Uplink);
        var around = new LinkFaults { Latency = TimeSpan.FromMilliseconds(20), Jitter = TimeSpan.FromMilliseconds(10) };
        var delays = Enumerable.Range(0, 50_000).Select(_ => decider.Decide(around).Delay / (double)Millisecond).ToArray();
        Assert.InRange(delays.Min(), 10, 10.1);
        Assert.InRange(delays.Max(), 29.9, 30);
        Assert.InRange(delays.Average(), 19.9, 20.1);
        var wide = around with { Latency = TimeSpan.FromMilliseconds(1) };
        Assert.All(Enumerable.Range(0, 1_000).Select(_ => decider.Decide(wide).Delay), d => Assert.True(d >= 0));
    }

    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(0.5, 0.5)]
    [InlineData(0, 0)]
    public void A_ramp_scales_delays_and_probabilities(double strength, double expected)
    {
        var full = new LinkFaults { Latency = TimeSpan.FromMilliseconds(100), Loss = 0.1, Rate = 1e6, Duplicate = 0.2 };
        var now = full.At(strength);
        Assert.Equal((100 * expected, 0.1 * expected, 0.2 * expected), (now.Latency.TotalMilliseconds, now.Loss, now.Duplicate));
        Assert.Equal(strength == 0 ? 0 : 1e6 / strength, now.Rate);
    }

    [Fact]
    public void Schedules_say_how_strong_they_are_and_when_that_changes()
    {
        static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);
        var ramp = new RampSchedule(S(10), S(20));
        Assert.Equal([0, 0, 0.5, 1, 1], ((double[])[0, 10, 20, 30, 99]).Select(t => ramp.StrengthAt(S(t))));
        Assert.Equal((S(10), null), (ramp.NextChange(S(1)), ramp.NextChange(S(10))));
        var spike = new SpikeSchedule(S(10), S(5));
        Assert.Equal([0, 1, 1, 0], ((double[])[9.9, 10, 14.9, 15]).Select(t => spike.StrengthAt(S(t))));
        Assert.Equal((S(10), S(15), null), (spike.NextChange(S(0)), spike.NextChange(S(10)), spike.NextChange(S(15))));
        var flap = new FlapSchedule(S(8), S(2));
        Assert.Equal([0, 1, 1, 0, 1, 0], ((double[])[7.9, 8, 9.9, 10, 18, 20]).Select(t => flap.StrengthAt(S(t))));
        Assert.Equal((S(8), S(10), S(18), S(20)), (flap.NextChange(S(0)), flap.NextChange(S(8)), flap.NextChange(S(10)), flap.NextChange(S(19))));
        var later = new DelayedSchedule(S(3), spike);
        Assert.Equal([0, 0, 1, 0], ((double[])[0, 12.9, 13, 18]).Select(t => later.StrengthAt(S(t))));
        Assert.Equal((S(3), S(13), S(18), null), (later.NextChange(S(1)), later.NextChange(S(3)), later.NextChange(S(13)), later.NextChange(S(18))));
        Assert.Equal([1, 0], ((double[])[0, 2]).Select(t => new DelayedSchedule(S(-13), spike).StrengthAt(S(t))));
    }

    [Theory]
    // lone: the time-out; last of several: a probe; others follow: a round trip; retransmissions lost: doubling time-outs
    [InlineData(0, false, 0, 240)]
    [InlineData(0, true, 0, 88)]
    [InlineData(1, false, 0, 50)]
    [InlineData(3, false, 0, 40)]
    [InlineData(0, false, 1, 240 + 480)]
    [InlineData(0, false, 2, 240 + 480 + 960)]
    [InlineData(3, false, 2, 40 + 240 + 480)]
    public void A_lost_segment_comes_as_late_as_the_recovery_of_Linux(int following, bool others, int again, int milliseconds) =>
        Assert.Equal(milliseconds * Millisecond, TcpLossModel.ExtraDelay(40 * Millisecond, following, others, again));

    [Fact]
    public void Data_of_a_dead_link_moves_at_the_first_retransmission_after_it_is_back()
    {
        // Retransmissions after 0.2, 0.6, 1.4 and 3 s.
        Assert.Equal(1_400 * Millisecond, LinkDown.ResumeAt(0, 1_000 * Millisecond, 0));
        Assert.Equal(200 * Millisecond, LinkDown.ResumeAt(0, 1, 0));
        Assert.Equal(long.MaxValue, LinkDown.ResumeAt(0, long.MaxValue, 0));
    }

    [Fact]
    public void Connection_faults_hit_their_share()
    {
        var faults = new ConnectionFaults { Refuse = 0.1, Reset = new ConnectionEvent(0.3, TimeSpan.Zero, null) };
        var plans = Enumerable.Range(0, 10_000).Select(i => ConnectionPlan.Decide(faults, 1, 7, i)).ToArray();
        Assert.InRange(plans.Count(p => p.Refuse), 910, 1_090);
        Assert.InRange(plans.Count(p => p.Reset is not null), 2_860, 3_140);
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(ConnectionPlan.Nothing, ConnectionPlan.Decide(faults, 0, 7, i)));
    }

    [Fact]
    public void Queries_hit_their_shares()
    {
        var faults = new DnsFaults(TimeSpan.FromMilliseconds(300), 0.1, 0.2, 0.3);
        var verdicts = Enumerable.Range(0, 10_000).Select(i => DnsDecider.Decide(faults, 1, 1, i)).ToLookup(v => v.Verdict);
        Assert.InRange(verdicts[DnsVerdict.NoAnswer].Count(), 910, 1_090);
        Assert.InRange(verdicts[DnsVerdict.NxDomain].Count(), 1_880, 2_120);
        Assert.InRange(verdicts[DnsVerdict.ServFail].Count(), 2_860, 3_140);
        Assert.Equal((DnsVerdict.Answer, TimeSpan.Zero), DnsDecider.Decide(faults, 0, 1, 3));
    }

    private static (double Share, double Burst) Measure(LinkFaults faults)
    {
        var decider = new DatagramDecider(42, 0, FaultDirection.Uplink);
        int lost = 0, bursts = 0;
        var before = false;
        for (var i = 0; i < 100_000; i++)
        {
            var isLost = decider.Decide(faults).Copies == 0;
            lost += isLost ? 1 : 0;
            bursts += isLost && !before ? 1 : 0;
            before = isLost;
        }
        return (lost / 100_000.0, (double)lost / bursts);
    }
}
