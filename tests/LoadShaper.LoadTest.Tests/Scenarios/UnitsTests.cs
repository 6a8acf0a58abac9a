using System.Globalization;
using System.Net;
using LoadShaper.LoadTest.Scenarios;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Scenarios;

public sealed class UnitsTests
{
    [Theory]
    [InlineData("250us", 0.00025, "250us")]
    [InlineData("100ms", 0.1, "100ms")]
    [InlineData("1.5s", 1.5, "1500ms")]
    [InlineData("90s", 90, "1m30s")]
    [InlineData("15m", 900, "15m")]
    [InlineData("1h30m", 5400, "1h30m")]
    [InlineData("2d", 172800, "48h")]
    [InlineData("0", 0, "0s")]
    public void DurationsAreReadAndWritten(string text, double seconds, string written)
    {
        Assert.True(Units.TryDuration(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds, 9);
        Assert.Equal(written, Units.Format(duration));
        Assert.True(Units.TryDuration(written, out var again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("-1s")]
    [InlineData("1,5s")]
    [InlineData("1 s")]
    [InlineData("s")]
    [InlineData("1s1")]
    [InlineData("1e3s")]
    [InlineData("99999d")]
    public void OtherDurationsAreRefused(string text) => Assert.False(Units.TryDuration(text, out _));

    [Theory]
    [InlineData("500", 500, "500/s")]
    [InlineData("500/s", 500, "500/s")]
    [InlineData("500rps", 500, "500/s")]
    [InlineData("0.5/s", 0.5, "0.5/s")]
    [InlineData("2000/min", 2000 / 60.0, "2000/min")]
    [InlineData("60/min", 1, "1/s")]
    [InlineData("7200/h", 2, "2/s")]
    public void RatesAreReadAndWritten(string text, double perSecond, string written)
    {
        Assert.True(Units.TryRate(text, out var rate));
        Assert.Equal(perSecond, rate, 9);
        Assert.Equal(written, Units.FormatRate(rate));
    }

    [Theory]
    [InlineData("64KiB", 65_536, "64KiB")]
    [InlineData("1MB", 1_000_000, "1000000")]
    [InlineData("256MiB", 268_435_456, "256MiB")]
    [InlineData("0", 0, "0")]
    public void SizesAreReadAndWritten(string text, long bytes, string written)
    {
        Assert.True(Units.TrySize(text, out var size));
        Assert.Equal(bytes, size);
        Assert.Equal(written, Units.FormatSize(size));
    }

    [Theory]
    [InlineData("5%", 0.05)]
    [InlineData("0.05", 0.05)]
    [InlineData("100%", 1)]
    public void SharesAreRead(string text, double share)
    {
        Assert.True(Units.TryShare(text, out var read));
        Assert.Equal(share, read, 12);
        Assert.False(Units.TryShare("101%", out _));
        Assert.False(Units.TryShare("1.5", out _));
    }

    [Fact]
    public void NumbersDoNotDependOnTheMachinesCulture()
    {
        var before = CultureInfo.CurrentCulture;
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (commas.NumberFormat.NumberDecimalSeparator, commas.NumberFormat.NumberGroupSeparator) = (",", ".");
        try
        {
            CultureInfo.CurrentCulture = commas;
            Assert.True(Units.TryRate("1.5/s", out var rate));
            Assert.Equal(1.5, rate);
            Assert.Equal("1.5/s", Units.FormatRate(1.5));
            Assert.Equal("1.25%", $"{Units.Number(1.25)}%");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("172.16.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("169.254.169.254", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("fe80::1", false)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("2001:db8::1", false)]
    public void PrivateAddressesAreLoopbackRfc1918AndRfc4193(string address, bool isPrivate) =>
        Assert.Equal(isPrivate, TargetRule.IsPrivate(IPAddress.Parse(address)));

    [Fact]
    public void APublicHostHasToBeNamed()
    {
        IPAddress[] addresses = [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("8.8.8.8")];

        Assert.Equal(
            "target example.test has the public address 8.8.8.8; expected a loopback or private address. If you are permitted to load this host, add --allow-target example.test",
            TargetRule.Refusal("example.test", addresses, ["other.test"]));
        Assert.Null(TargetRule.Refusal("example.test", addresses, ["Example.test"]));
        Assert.Null(TargetRule.Refusal("db.internal", [addresses[0]], []));
    }
}
