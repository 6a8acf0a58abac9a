using System.Diagnostics;
using LoadShaper.Daemon.Hosting;
using Xunit;

namespace LoadShaper.Daemon.Tests.Hosting;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-data-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_writable_directory_is_fine_and_left_as_it_was()
    {
        Assert.Null(new DataDirectory(_directory).Validate());
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void A_missing_directory_is_reported_with_the_command_that_creates_it()
    {
        var problem = new DataDirectory(Path.Combine(_directory, "missing")).Validate()?.ToString();

        Assert.Contains("does not exist", problem, StringComparison.Ordinal);
        Assert.Contains("mkdir -p", problem, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_directory, "missing")));
    }

    [Fact]
    public void A_file_in_its_place_is_reported()
    {
        var file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");

        Assert.Contains("is a file", new DataDirectory(file).Validate()?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_reported()
    {
        // Root may write anywhere but here.
        var problem = new DataDirectory("/proc").Validate()?.ToString();

        Assert.Contains($"cannot write to /proc as uid {ProcessUser.Id}", problem, StringComparison.Ordinal);
        foreach (var way in new[] { "chown -R", "volume of Docker or podman", "Kubernetes", ":ro" })
            Assert.Contains(way, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_lock_is_refused_until_the_first_is_given_back()
    {
        using (var first = InstanceLock.TryAcquire(_directory))
        {
            Assert.NotNull(first);
            Assert.Null(InstanceLock.TryAcquire(_directory));
        }
        using var second = InstanceLock.TryAcquire(_directory);
        Assert.NotNull(second);
    }

    [Fact]
    public void A_process_that_holds_the_lock_keeps_us_out_and_its_death_lets_us_in()
    {
        var path = Path.Combine(_directory, InstanceLock.FileName);
        File.WriteAllText(path, "");
        using var other = Process.Start(new ProcessStartInfo("flock", ["--exclusive", "--close", path, "sh", "-c", "echo held; sleep 60"]) { RedirectStandardOutput = true })!;
        Assert.Equal("held", other.StandardOutput.ReadLine());
        Assert.Null(InstanceLock.TryAcquire(_directory));

        other.Kill(entireProcessTree: true);
        other.WaitForExit();

        using var ours = InstanceLock.TryAcquire(_directory);
        Assert.NotNull(ours);
    }
}
