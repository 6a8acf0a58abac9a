using LoadShaper.Daemon.Memory;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

public sealed class HugePagesTests
{
    [Theory]
    [InlineData("always [madvise] never\n", "2097152\n", true)]
    [InlineData("[always] madvise never\n", "2097152\n", true)]
    [InlineData("always madvise [never]\n", "2097152\n", false)]
    [InlineData("[always] madvise never\n", "536870912\n", false)]
    public void They_are_taken_where_the_kernel_offers_them_in_2_MiB(string enabled, string size, bool offered) =>
        Assert.Equal(offered, HugePages.Parse(enabled, size));
}
