using LoadShaper.Daemon.Configuration;
using Xunit;

namespace LoadShaper.Daemon.Tests.Configuration;

public sealed class DataVolumeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("loadshaper-volume-").FullName;

    public DataVolumeTests() => Directory.CreateDirectory(Path.Combine(_root, "proc/self"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Mounts(params string[] lines) =>
        File.WriteAllText(Path.Combine(_root, "proc/self/mountinfo"), string.Join('\n', ["1 0 0:1 / / rw - overlay overlay rw", .. lines]) + "\n");

    private string? Refusal(string directory = "/var/lib/loadshaper") => DataVolume.Refusal(_root, directory, _root);

    private void InTheImage() => File.WriteAllText(Path.Combine(_root, DataVolume.ImageMarker), "");

    [Fact]
    public void The_image_refuses_its_own_directory_and_names_the_volume_of_each_way_of_deployment()
    {
        InTheImage();
        Mounts();

        var refusal = Refusal();

        Assert.Contains("/var/lib/loadshaper is not a volume", refusal, StringComparison.Ordinal);
        foreach (var way in new[] { "-v loadshaper-data:/var/lib/loadshaper", "compose: `volumes:", "Kubernetes: a hostPath or claim" })
            Assert.Contains(way, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_of_another_file_system_is_no_volume_either()
    {
        InTheImage();
        File.WriteAllText(Path.Combine(_root, "proc/self/mountinfo"), "1 0 0:1 / / rw - btrfs /dev/sda rw\n");

        Assert.Contains("not a volume", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_in_memory_is_refused()
    {
        InTheImage();
        Mounts("2 1 0:2 / /var/lib/loadshaper rw - tmpfs tmpfs rw");

        Assert.Contains("in memory", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/var/lib/loadshaper")]
    [InlineData("/var/lib/loadshaper/inner")]
    public void A_volume_and_a_directory_below_one_are_accepted(string directory)
    {
        InTheImage();
        Mounts("2 1 8:1 /x /var/lib/loadshaper rw - ext4 /dev/sda1 rw");

        Assert.Null(Refusal(directory));
    }

    [Fact]
    public void Outside_the_image_a_trial_directory_on_any_file_system_is_accepted()
    {
        Mounts();

        Assert.Null(Refusal());
    }
}
