using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Safety;

public sealed class GateCheckTests
{
    private static readonly GateSettings Settings = new();
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(5, false)]
    [InlineData(95, true)]
    public void A_sample_closes_the_gate_by_itself(double foreignCpu, bool closes) =>
        Assert.Equal(closes, GateCheck.Closes(Settings, Sample(foreignCpu)));

    [Fact]
    public void A_sample_without_readings_closes_it() =>
        Assert.True(GateCheck.Closes(Settings, new Sample(Noon, TimeSpan.FromSeconds(5), 2, null, null, null, null)));

    [Fact]
    public void A_followed_gate_opens_with_the_hysteresis_and_the_check_of_one_sample_has_none()
    {
        var just = Settings.CpuStop.Value - Settings.HysteresisPoints / 2;
        var closed = GateCheck.Follow(Settings, GateState.Start, Sample(95));

        Assert.Equal(GatePosition.Closed, GateCheck.Follow(Settings, closed, Sample(just)).Position);
        Assert.Equal(GatePosition.Open, GateCheck.Follow(Settings, closed, Sample(5)).Position);
        Assert.False(GateCheck.Closes(Settings, Sample(just)));
    }

    private static Sample Sample(double foreignCpu) => new(
        Noon, TimeSpan.FromSeconds(5), 2,
        new CpuReading(Percent.Of(foreignCpu), Percent.Of(foreignCpu), Percent.Zero, Percent.Zero, Percent.Zero),
        new MemoryReading(ByteSize.FromMiB(1000), ByteSize.FromMiB(800), ByteSize.FromMiB(800), default, default, default, default),
        null, new LoadReading(0, 0, 0, 0));
}
