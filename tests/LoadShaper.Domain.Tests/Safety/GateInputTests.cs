using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Safety;

public class GateInputTests
{
    private static readonly Sample Nothing = new(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(5), 2, null, null, null, null);

    [Fact]
    public void Readings_that_are_missing_stay_missing()
    {
        Assert.Equal(new GateInput(DateTimeOffset.UnixEpoch, null, null, null, null, null, null), GateInput.From(Nothing));
    }

    [Fact]
    public void Foreign_use_leaves_out_our_own_and_load_is_by_core()
    {
        var input = GateInput.From(Nothing with
        {
            Cpu = new CpuReading(Percent.Of(50), Percent.Of(45), Percent.Of(5), Percent.Of(30.126), Percent.Of(30)),
            Load = new LoadReading(1.9, 1, 1, 1.2),
            Memory = new MemoryReading(ByteSize.FromMiB(1000), default, ByteSize.FromMiB(250), default, default, default, default),
        });

        Assert.Equal(19.87, input.ForeignCpu!.Value.Value);
        Assert.Equal(0.6, input.ForeignLoadPerCore);
        Assert.Equal(75, input.MemoryUse!.Value.Value);
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(3, 1, true)]
    public void Threads_that_wanted_next_to_nothing_say_nothing_about_delay(double waited, double ran, bool known)
    {
        var delay = new RunDelayReading(TimeSpan.FromMilliseconds(waited), TimeSpan.FromMilliseconds(ran));

        Assert.Equal(known ? Percent.Of(75) : null, GateInput.From(Nothing with { RunDelay = delay }).RunDelay);
    }
}
