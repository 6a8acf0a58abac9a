using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

public sealed class PressureFileTests
{
    [Fact]
    public void Pressure_is_the_share_of_the_time_since_it_was_last_asked()
    {
        using var machine = new FakeMachine();
        var file = new PressureFile(machine.Pressure);

        machine.Waited(TimeSpan.FromSeconds(100));
        Assert.Null(file.Read(TimeSpan.FromSeconds(10)));
        machine.Waited(TimeSpan.FromSeconds(100.2));
        Assert.Equal(10, file.Read(TimeSpan.FromSeconds(12))!.Value.Value, precision: 6);
        Assert.Equal(Percent.Zero, file.Read(TimeSpan.FromSeconds(13)));
    }

    [Fact]
    public void A_kernel_that_does_not_offer_it_has_none() =>
        Assert.Null(new PressureFile("/proc/no/such/file").Read(TimeSpan.FromSeconds(1)));
}
