using System.Runtime.InteropServices;

namespace LoadShaper.Daemon.Hosting;

/// <summary>PERSISTENCE_DIR: where the journal and the samples live. It is the user's to make; nothing falls back to /tmp.</summary>
internal sealed partial record DataDirectory(string Path)
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
            return $"cannot write to {Path} as uid {EffectiveUser()}: {e.Message} {Remedy(EffectiveUser())}";
        }
    }

    /// <summary>How the owner is corrected in each way of deployment.</summary>
    internal static string Remedy(uint uid) =>
        $"Make uid {uid} the owner (on the machine: chown -R {uid} DIRECTORY; a volume of Docker or podman: run --rm --user 0 --entrypoint chown -v VOLUME:/data loadshaper -R {uid} /data; "
        + "Kubernetes: keep the init container prepare-directory), and mount it writable, without `:ro`.";

    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();
}
