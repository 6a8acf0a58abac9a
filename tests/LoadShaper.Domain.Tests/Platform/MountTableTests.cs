using LoadShaper.Domain.Platform;
using Xunit;

namespace LoadShaper.Domain.Tests.Platform;

/// <summary>On which mount a path lies.</summary>
public sealed class MountTableTests
{
    private static readonly IReadOnlyList<Mount> Container = MountTable.Parse(
        """
        600 500 0:55 / / ro,relatime - overlay overlay ro,lowerdir=/l,upperdir=/u
        601 600 0:58 / /proc rw,nosuid - proc proc rw
        640 600 0:60 / /dev/shm rw - tmpfs shm rw,size=64000k
        650 600 8:1 /var/lib/docker/volumes/m/_data /var/lib/loadshaper rw,relatime master:1 - ext4 /dev/sda1 rw
        651 600 8:1 /x /with\040blank rw - xfs /dev/sda1 rw
        a line of nonsense
        """);

    [Theory]
    [InlineData("/var/lib/loadshaper", "/var/lib/loadshaper", "ext4")]
    [InlineData("/var/lib/loadshaper/deeper", "/var/lib/loadshaper", "ext4")]
    [InlineData("/var/lib/loadshaper2", "/", "overlay")]
    [InlineData("/dev/shm/x", "/dev/shm", "tmpfs")]
    [InlineData("/with blank/x", "/with blank", "xfs")]
    public void The_longest_mount_point_above_a_path_holds_it(string path, string point, string type) =>
        Assert.Equal(new Mount(point, type), MountTable.Find(Container, path));

    [Fact]
    public void Of_two_mounts_on_one_point_the_later_one_is_seen() =>
        Assert.Equal("tmpfs", MountTable.Find([new Mount("/a", "ext4"), new Mount("/a", "tmpfs")], "/a/b")?.Type);

    [Fact]
    public void Nothing_mounted_is_nothing_found() => Assert.Null(MountTable.Find([], "/a"));
}
