using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling;

public sealed class AveragesTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    [Fact]
    public void One_missing_reading_leaves_the_average_of_the_network()
    {
        var averages = Seen(Seen(new Averages(), 20), null);

        Assert.Equal(20, averages.Network);
    }

    [Fact]
    public void An_interface_that_is_gone_has_no_average()
    {
        var averages = Seen(new Averages(), 20);
        for (var seconds = 5; seconds <= 30; seconds += 5)
            averages = Seen(averages, null);

        Assert.Null(averages.Network);
        Assert.Equal(7, Seen(averages, 7).Network);
    }

    private static Averages Seen(Averages averages, double? network) => averages.Apply(
        new Sample(
            DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(5), 2, null, null,
            network is { } percent ? new NetworkReading("ens3", BitRate.Zero, BitRate.FromMbit(percent), BitRate.FromMbit(100)) : null, null),
        null, Window);
}
