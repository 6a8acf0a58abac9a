using System.Diagnostics;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Domain.Lifecycle;
using Xunit;

namespace LoadShaper.Daemon.Tests.Hosting;

/// <summary>The lock whose file, directory or name is taken away while it is held.</summary>
public sealed class InstanceLockTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("loadshaper-lock-").FullName;
    private readonly string _directory;

    public InstanceLockTests()
    {
        _directory = Path.Combine(_parent, "data");
        Directory.CreateDirectory(_directory);
    }

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    private string File => Path.Combine(_directory, InstanceLock.FileName);

    [Fact]
    public void A_lock_that_is_at_its_path_stays_held()
    {
        using var ours = InstanceLock.TryAcquire(_directory)!;

        Assert.Equal((LockStatus.Held, false), ours.Look());
        Assert.Null(ours.Problem);
    }

    [Fact]
    public void Removed_or_replaced_it_is_taken_again_at_the_path()
    {
        using var ours = InstanceLock.TryAcquire(_directory)!;
        System.IO.File.Delete(File);
        Assert.Equal((LockStatus.Held, true), ours.Look());

        System.IO.File.WriteAllText(File + ".new", "");
        System.IO.File.Move(File + ".new", File, overwrite: true);
        Assert.Equal((LockStatus.Held, true), ours.Look());
        Assert.Equal((LockStatus.Held, false), ours.Look());
        Assert.False(IsFree(File));
    }

    [Fact]
    public void Even_before_the_next_look_a_second_daemon_is_refused()
    {
        using var ours = InstanceLock.TryAcquire(_directory)!;
        System.IO.File.Delete(File);

        Assert.Null(InstanceLock.TryAcquire(_directory));
    }

    [Fact]
    public void Without_its_directory_it_is_in_doubt_and_held_again_when_that_is_back()
    {
        using var ours = InstanceLock.TryAcquire(_directory)!;
        Directory.Move(_directory, _directory + ".away");
        Assert.Equal((LockStatus.InDoubt, false), ours.Look());
        Assert.Contains("is gone or was replaced", ours.Problem, StringComparison.Ordinal);

        Directory.Move(_directory + ".away", _directory);
        Assert.Equal((LockStatus.Held, false), ours.Look());
        Assert.Null(ours.Problem);
    }

    [Fact]
    public void In_a_new_directory_it_is_taken_and_the_second_daemon_there_is_refused()
    {
        using var ours = InstanceLock.TryAcquire(_directory)!;
        Directory.Move(_directory, _directory + ".away");
        Directory.CreateDirectory(_directory);

        Assert.Equal((LockStatus.Held, true), ours.Look());
        Assert.Null(InstanceLock.TryAcquire(_directory));
    }

    [Fact]
    public void A_new_directory_that_another_daemon_has_is_lost()
    {
        using var ours = InstanceLock.TryAcquire(_directory)!;
        Directory.Move(_directory, _directory + ".away");
        Directory.CreateDirectory(_directory);
        using var other = InstanceLock.TryAcquire(_directory);
        Assert.NotNull(other);

        Assert.Equal((LockStatus.InDoubt, false), ours.Look());
        Assert.Contains("another LoadShaper has taken", ours.Problem, StringComparison.Ordinal);
        Assert.Equal((LockStatus.Lost, false), ours.Look());
        Assert.Equal((LockStatus.Held, false), other.Look());
    }

    [Fact]
    public void Given_back_it_can_be_taken_by_the_next()
    {
        InstanceLock.TryAcquire(_directory)!.Dispose();

        using var next = InstanceLock.TryAcquire(_directory);
        Assert.NotNull(next);
    }

    private static bool IsFree(string path)
    {
        using var flock = Process.Start("flock", ["--exclusive", "--nonblock", path, "true"]);
        flock.WaitForExit();
        return flock.ExitCode == 0;
    }
}
