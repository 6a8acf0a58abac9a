using LoadShaper.Domain.Metrics;

namespace LoadShaper.Daemon.Health;

/// <summary>
/// Reads the size of the journal and the free space of the data directory. A file system that does not answer holds one thread
/// and no request.
/// </summary>
internal sealed class StorageReader(Func<StorageReading> read, TimeProvider time)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private Task<StorageReading>? _reading;

    /// <param name="journal">The journal's file.</param>
    /// <param name="time">The system's unless given.</param>
    public static StorageReader Of(string directory, string journal, TimeProvider? time = null) =>
        new(() => Read(directory, journal), time ?? TimeProvider.System);

    /// <returns>Null when the file system does not answer in time.</returns>
    public async Task<StorageReading?> ReadAsync()
    {
        Task<StorageReading> reading;
        lock (_lock)
            reading = _reading is { IsCompleted: false } ? _reading : _reading = Task.Run(read);
        try
        {
            return await reading.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static StorageReading Read(string directory, string journal)
    {
        try
        {
            var size = SizeOf(journal);
            return new StorageReading(size is null ? null : size + (SizeOf(journal + "-wal") ?? 0), new DriveInfo(directory).AvailableFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new StorageReading(null, null);
        }
    }

    private static long? SizeOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : null;
}
