using LoadShaper.Domain.Lifecycle;

namespace LoadShaper.Daemon.Hosting;

/// <summary>
/// One daemon for a data directory. The lock is the kernel's (flock on an open file), so a killed daemon leaves none behind;
/// beside it an abstract socket that is named after the directory, which keeps a second daemon on the same network namespace
/// out even while the lock file is gone. <see cref="Look"/> finds a lock whose file is no longer at its path.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    public const string FileName = "loadshaper.lock";

    private readonly Lock _lock = new();
    private readonly string _directory;
    private FileStream _file;
    private KeeperSocket? _socket;
    private InstanceLockState _state = InstanceLockState.Start;
    private volatile string? _problem;

    private InstanceLock(string directory, FileStream file, KeeperSocket? socket)
    {
        _directory = directory;
        _file = file;
        _socket = socket;
    }

    /// <summary>Why nothing may be written and no load may run; null while the lock is held. Never waits.</summary>
    public string? Problem => _problem;

    private string LockPath => Path.Combine(_directory, FileName);

    /// <returns>The lock, or null while another process holds it.</returns>
    /// <exception cref="IOException">The file cannot be created for another reason.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory is not writable.</exception>
    public static InstanceLock? TryAcquire(string directory) =>
        Open(directory, out var socket) is { } file ? new InstanceLock(directory, file, socket) : null;

    /// <summary>Compares the path with the locked file and takes the lock at the path again where it has to. May wait for the file system.</summary>
    /// <returns>The state of the lock, and whether it was taken again.</returns>
    public (LockStatus Status, bool TakenAgain) Look()
    {
        lock (_lock)
        {
            var path = Compare();
            string? failure = null;
            LockAttempt? attempt = InstanceLockPolicy.IsToBeTaken(path) ? TakeAgain(out failure) : null;
            _state = InstanceLockPolicy.Decide(_state, path, attempt);
            _problem = _state.Status == LockStatus.Held ? null
                : attempt == LockAttempt.HeldByOther ? $"another LoadShaper has taken {LockPath}"
                : path == Domain.Lifecycle.LockPath.Unreadable ? $"{LockPath} cannot be examined"
                : $"{LockPath} is gone or was replaced, and cannot be locked again ({failure}). Mount the volume, or fix the permissions of {_directory}; LoadShaper then resumes";
            return (_state.Status, attempt == LockAttempt.Taken);
        }
    }

    // The file stays: removing it would let two daemons hold locks on two files of the same name.
    public void Dispose()
    {
        lock (_lock)
        {
            _file.Dispose();
            _socket?.Dispose();
        }
    }

    private LockPath Compare()
    {
        var ours = FileIdentity.Of(_file.SafeFileHandle);
        var there = FileIdentity.Of(LockPath);
        if (there == ours)
            return Domain.Lifecycle.LockPath.Ours;
        return there is not null ? Domain.Lifecycle.LockPath.Replaced
            : Path.Exists(LockPath) ? Domain.Lifecycle.LockPath.Unreadable
            : Domain.Lifecycle.LockPath.Missing;
    }

    private LockAttempt TakeAgain(out string? failure)
    {
        failure = null;
        try
        {
            if (Open(_directory, out var socket, _socket) is not { } file)
                return LockAttempt.HeldByOther;
            _file.Dispose();
            if (socket != _socket)
                _socket?.Dispose();
            (_file, _socket) = (file, socket);
            return LockAttempt.Taken;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = e.Message.TrimEnd('.');
            return LockAttempt.Failed;
        }
    }

    private static FileStream? Open(string directory, out KeeperSocket? socket, KeeperSocket? ours = null)
    {
        socket = null;
        FileStream file;
        try
        {
            file = new FileStream(Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }

        var name = FileIdentity.Of(directory) is { } identity ? $"data/{identity}" : null;
        socket = name is null ? null : ours?.Name == name ? ours : KeeperSocket.TryBind(name);
        if (name is null || socket is not null || KeeperSocket.OwnerOf(name) is not { IsTrusted: true })
            return file;
        file.Dispose();
        return null;
    }

    // .NET reports EWOULDBLOCK of flock as the raw errno.
    private static bool IsHeld(IOException e) => e.HResult is 11 or 35;
}
