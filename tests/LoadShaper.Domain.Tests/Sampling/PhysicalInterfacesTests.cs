using System.Text;
using LoadShaper.Domain.Sampling.Proc;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling;

public sealed class PhysicalInterfacesTests
{
    private const string Dev = """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo: 1000 1 0 0 0 0 0 0 1000 1 0 0 0 0 0 0
          ens3: 100 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0
          ens5: 10 1 0 0 0 0 0 0 20 1 0 0 0 0 0 0
        ens3.100: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0
        docker0: 7 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0
        veth1a2b: 7 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0
        """;

    [Fact]
    public void Physical_interfaces_are_counted_once_by_sysfs()
    {
        var sum = PhysicalInterfaces.Sum(Encoding.UTF8.GetBytes(Dev), name => name is "ens3" or "ens5");

        Assert.Equal(("ens3+ens5", new ProcNetDev(110, 220)), sum);
    }

    [Fact]
    public void Without_sysfs_names_decide()
    {
        Assert.Equal(("ens3+ens5", new ProcNetDev(110, 220)), PhysicalInterfaces.Sum(Encoding.UTF8.GetBytes(Dev), _ => null));
    }

    [Fact]
    public void An_interface_that_comes_or_goes_is_another_sum_and_no_jump()
    {
        var one = PhysicalInterfaces.Sum(Encoding.UTF8.GetBytes(Dev), name => name is "ens3");
        var two = PhysicalInterfaces.Sum(Encoding.UTF8.GetBytes(Dev), name => name is "ens3" or "ens5");

        Assert.NotEqual(one!.Value.Names, two!.Value.Names);
    }

    [Fact]
    public void Without_a_physical_interface_there_is_no_sum() =>
        Assert.Null(PhysicalInterfaces.Sum(Encoding.UTF8.GetBytes(Dev), _ => false));
}
