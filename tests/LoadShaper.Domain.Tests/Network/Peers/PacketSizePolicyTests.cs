using LoadShaper.Domain.Network.Peers;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Network.Peers;

public sealed class PacketSizePolicyTests
{
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(8900, 1500, false, 0, 1472)]
    [InlineData(8900, 1500, true, 0, 1452)]
    [InlineData(8900, 9000, false, 0, 8900)]
    [InlineData(1000, 1500, false, 0, 1000)]
    [InlineData(8900, null, false, 0, 1252)]
    [InlineData(8900, 9000, false, 1, 1252)]
    [InlineData(8900, 9000, true, 1, 1232)]
    [InlineData(8900, 9000, false, 2, 548)]
    public void A_packet_fits_the_path(int upperBound, int? mtu, bool ipv6, int steps, int size)
    {
        Assert.Equal(size, PacketSizePolicy.Fit(upperBound, mtu, ipv6, steps, BitRate.FromMbit(1000), Burst));
    }

    [Fact]
    public void At_a_low_rate_a_burst_has_enough_packets_for_an_even_rate()
    {
        var size = PacketSizePolicy.Fit(8900, 1500, false, 0, BitRate.FromMbit(0.1), Burst);

        Assert.InRange(size / (BitRate.FromMbit(0.1).BytesPerSecond * Burst.TotalSeconds), 0, 0.01);
    }

    [Fact]
    public void There_are_two_smaller_sizes_to_try()
    {
        Assert.True(PacketSizePolicy.CanStepDown(0) && PacketSizePolicy.CanStepDown(1));
        Assert.False(PacketSizePolicy.CanStepDown(2));
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(1472, 44)]
    [InlineData(8900, 7)]
    [InlineData(65507, 1)]
    public void One_send_has_as_many_packets_as_the_kernel_takes(int size, int segments) => Assert.Equal(segments, PacketSizePolicy.Segments(size));
}
