using LoadShaper.Domain.Network;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Network;

public sealed class RatePolicyTests
{
    private static readonly NetworkSettings Settings = new()
    {
        Target = Percent.Of(20),
        Stop = Percent.Of(60),
        Burst = TimeSpan.FromSeconds(10),
        Idle = TimeSpan.FromSeconds(10),
    };

    [Fact]
    public void What_is_missing_to_the_target_is_sent_in_bursts_whose_mean_it_is()
    {
        Assert.Equal(20, Rate(sent: 10).Mbit, 6);
    }

    [Fact]
    public void Our_own_traffic_is_not_taken_for_anybody_elses()
    {
        Assert.Equal(Rate(sent: 5).Mbit, Rate(sent: 17, own: 12).Mbit, 6);
    }

    [Theory]
    [InlineData(20, 0)]
    [InlineData(45, 0)]
    [InlineData(0, 20)]
    [InlineData(0, 90)]
    public void Nothing_is_sent_when_real_traffic_reaches_the_target_in_either_direction(double sent, double received)
    {
        Assert.Equal(BitRate.Zero, Rate(sent, received: received));
    }

    [Fact]
    public void A_burst_never_takes_the_link_over_the_stop_threshold()
    {
        var steep = Settings with { Idle = TimeSpan.FromSeconds(90) };

        Assert.Equal(50, Rate(sent: 10, settings: steep).Mbit, 6);
    }

    [Fact]
    public void It_is_never_more_than_the_highest_rate()
    {
        Assert.Equal(7, Rate(sent: 0, settings: Settings with { MaxRate = BitRate.FromMbit(7) }).Mbit, 6);
    }

    [Fact]
    public void Less_than_the_least_rate_is_not_sent()
    {
        Assert.Equal(BitRate.Zero, Rate(sent: 19.6));
        Assert.Equal(1, Rate(sent: 19.5).Mbit, 6);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(5, 20)]
    [InlineData(10, 40)]
    [InlineData(500, 40)]
    public void The_rate_climbs_over_the_ramp_from_the_first_packet_on(double sendingFor, double mbit)
    {
        Assert.Equal(mbit, RatePolicy.Ramped(BitRate.FromMbit(40), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(sendingFor)).Mbit, 6);
    }

    [Fact]
    public void What_our_peers_send_does_not_stop_us()
    {
        Assert.Equal(40, Rate(sent: 0, received: 30, fromPeers: 30).Mbit, 6);
        Assert.Equal(BitRate.Zero, Rate(sent: 0, received: 51, fromPeers: 30));
    }

    [Fact]
    public void A_reservation_is_less_than_the_traffic_of_one_control_period()
    {
        Assert.Equal(5_625_000, RatePolicy.ToReserve(BitRate.FromMbit(10), TimeSpan.FromSeconds(5)).Bytes);
    }

    [Fact]
    public void Jitter_moves_the_rate_by_its_share()
    {
        Assert.Equal(44, Rate(sent: 0, jitter: 0.1).Mbit, 6);
        Assert.Equal(36, Rate(sent: 0, jitter: -0.1).Mbit, 6);
    }

    [Theory]
    [InlineData(470, null, 20)]
    [InlineData(23.5, 425_984, 20)]
    [InlineData(470, 2_097_152, 8.924)]
    [InlineData(470, 425_984, 2)]
    [InlineData(100, 425_984, 8.52)]
    [InlineData(0, 425_984, 20)]
    public void A_TCP_socket_is_filled_again_before_its_buffer_is_half_empty(double mbit, int? buffer, double milliseconds) =>
        Assert.Equal(milliseconds, RatePolicy.SendEvery(BitRate.FromMbit(mbit), buffer is { } size ? ByteSize.FromBytes(size) : null).TotalMilliseconds, 2);

    [Fact]
    public void A_link_without_speed_gets_nothing()
    {
        Assert.Equal(BitRate.Zero, RatePolicy.Decide(Settings, new RateInput(
            new NetworkReading("ens3", BitRate.Zero, BitRate.Zero, BitRate.Zero), BitRate.Zero, BitRate.Zero, 0)));
    }

    private static BitRate Rate(
        double sent, double received = 0, double own = 0, double fromPeers = 0, double jitter = 0, NetworkSettings? settings = null) =>
        RatePolicy.Decide(settings ?? Settings, new RateInput(
            new NetworkReading("ens3", BitRate.FromMbit(received), BitRate.FromMbit(sent), BitRate.FromMbit(100)),
            BitRate.FromMbit(own), BitRate.FromMbit(fromPeers), jitter));
}
