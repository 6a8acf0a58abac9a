namespace LoadShaper.Daemon.Hosting;

/// <summary>Why the data directory cannot be used, and what to do.</summary>
internal sealed record DirectoryProblem(string Found, string Fix)
{
    public override string ToString() => $"{Found}. Fix: {Fix}.";
}

/// <summary>PERSISTENCE_DIR: the directory of the journal and the samples. The user creates it; there is no fallback to /tmp.</summary>
internal sealed record DataDirectory(string Path)
{
    public string JournalPath => System.IO.Path.Combine(Path, "journal.db");

    public string SamplesPath => System.IO.Path.Combine(Path, "metrics.db");

    public string TrafficMarkPath => System.IO.Path.Combine(Path, Network.LedgerMarkFile.FileName);

    public string AlertsPath => System.IO.Path.Combine(Path, Alerts.AlertFile.FileName);

    /// <returns>Null when the directory can be used, else what is wrong and how to fix it.</returns>
    public DirectoryProblem? Validate()
    {
        if (File.Exists(Path))
            return new($"{Path} is a file", "set PERSISTENCE_DIR (or --data-dir) to a directory");
        if (!Directory.Exists(Path))
            return new($"{Path} does not exist", $"mount a volume there, or: mkdir -p {Path} && chown {ProcessUser.Name} {Path}; or set PERSISTENCE_DIR (or --data-dir) to another directory");
        var probe = System.IO.Path.Combine(Path, $".write-test-{Environment.ProcessId}");
        try
        {
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new($"cannot write to {Path} as uid {ProcessUser.Id}: {e.Message.TrimEnd('.')}", OwnerFix(Path));
        }
    }

    /// <summary>How the owner is corrected in each way of deployment.</summary>
    internal static string OwnerFix(string directory) =>
        $"make uid {ProcessUser.Id} the owner (on the machine: chown -R {ProcessUser.Id} {directory}; a volume of Docker or podman: run --rm --user 0 --entrypoint chown -v VOLUME:/data loadshaper -R {ProcessUser.Id} /data; "
        + "Kubernetes: keep the init container prepare-directory), and mount it writable, without `:ro`";
}
