namespace LoadShaper.Daemon.Hosting;

/// <summary>PERSISTENCE_DIR: where the journal and the samples live. It is the user's to make; nothing falls back to /tmp.</summary>
internal sealed record DataDirectory(string Path)
{
    public string JournalPath => System.IO.Path.Combine(Path, "journal.db");

    public string SamplesPath => System.IO.Path.Combine(Path, "metrics.db");

    /// <returns>Null when the directory can be used, else what is wrong and how to mend it.</returns>
    public string? Validate()
    {
        if (File.Exists(Path))
            return $"{Path} is a file. Set PERSISTENCE_DIR (or --data-dir) to a directory.";
        if (!Directory.Exists(Path))
            return $"{Path} does not exist. Mount a volume there, or: mkdir -p {Path} && chown {Environment.UserName} {Path}; or set PERSISTENCE_DIR (or --data-dir) to another directory.";
        var probe = System.IO.Path.Combine(Path, $".write-test-{Environment.ProcessId}");
        try
        {
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot write to {Path} as user {Environment.UserName}: {e.Message} Mend the volume's owner (chown -R 1000:1000 for the container) or its mount options.";
        }
    }
}
