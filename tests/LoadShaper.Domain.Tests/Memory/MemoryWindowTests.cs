using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Memory;

public sealed class MemoryWindowTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    private static ByteSize MiB(double mib) => ByteSize.FromMiB(mib);

    private static MemoryReading Used(double mib) =>
        new(MiB(1000), MiB(1000 - mib), MiB(1000 - mib), ByteSize.Zero, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero);

    private static MemoryWindow Readings(TimeSpan apart, params double[] used) => used
        .Select((mib, i) => (At: Noon + i * apart, Mib: mib))
        .Aggregate(MemoryWindow.Empty, (window, seen) => window.Add(seen.At, Used(seen.Mib), MiB(50), settled: true));

    [Fact]
    public void It_keeps_the_extremes_of_twenty_seconds_without_our_own_part() =>
        Assert.Equal(
            new RecentMemory(MiB(150), MiB(350), MiB(1000 - 350)),
            Readings(TimeSpan.FromSeconds(5), 900, 100, 300, 200, 400, 250).Recent);

    [Fact]
    public void It_keeps_three_readings_however_far_apart() =>
        Assert.Equal(MiB(350), Readings(TimeSpan.FromMinutes(10), 900, 400, 200, 300).Recent!.ForeignHigh);

    [Fact]
    public void A_reading_taken_while_the_holder_is_on_its_way_counts_only_as_seen()
    {
        var window = Readings(TimeSpan.FromSeconds(5), 200, 200).Add(Noon.AddSeconds(10), Used(900), MiB(50), settled: false);

        Assert.Equal(MiB(150), window.Recent!.ForeignHigh);
        Assert.Equal(TimeSpan.FromSeconds(1), window.UnseenFor(Noon.AddSeconds(11)));
    }

    [Fact]
    public void A_clock_that_is_set_back_restarts_it()
    {
        var window = Readings(TimeSpan.FromSeconds(5), 900, 100).Add(Noon.AddDays(-1), Used(300), MiB(50), settled: true);

        Assert.Equal(new RecentMemory(MiB(250), MiB(250), MiB(750)), window.Recent);
        Assert.Equal(TimeSpan.Zero, window.UnseenFor(Noon.AddDays(-2)));
    }
}
