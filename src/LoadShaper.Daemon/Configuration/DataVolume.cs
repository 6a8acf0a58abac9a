using LoadShaper.Domain.Platform;

namespace LoadShaper.Daemon.Configuration;

/// <summary>Whether the data directory is kept: in a container, what is not mounted is thrown away with it.</summary>
internal static class DataVolume
{
    public const string ImageMarker = "container-image";

    private static readonly string[] ContainerFiles = [".dockerenv", "run/.containerenv"];

    private static readonly string[] ContainerVariables = ["KUBERNETES_SERVICE_HOST", "DOTNET_RUNNING_IN_CONTAINER", "container"];

    /// <summary>Whether this is a container; the files of the engine and the variables of images and Kubernetes tell it.</summary>
    public static bool InContainer(string root, IReadOnlyDictionary<string, string> environment) =>
        ContainerFiles.Any(file => File.Exists(Path.Combine(root, file)))
        || ContainerVariables.Any(name => environment.GetValueOrDefault(name) is { Length: > 0 } and not "false");

    /// <summary>
    /// What keeps LoadShaper's own image from running on a directory that is removed with the container. The image has the
    /// directory, so that a new named volume gets its owner; without a volume it must not be used.
    /// </summary>
    /// <param name="program">The folder of the program; the image has a file named <see cref="ImageMarker"/> there.</param>
    /// <returns>Null when the directory can be used, or the program does not run from the image.</returns>
    public static string? Refusal(string root, string directory, string program)
    {
        if (!File.Exists(Path.Combine(program, ImageMarker)))
            return null;
        var why = Validate(root, directory) ?? (MountOf(root, directory)?.Point == "/" ? $"{directory} is no volume: it would be lost with the container" : null);
        return why is null ? null : $"{why}. {Remedy(directory)}";
    }

    /// <summary>How a volume is mounted in each way of deployment.</summary>
    public static string Remedy(string directory) =>
        $"Mount a volume there; Docker or podman: -v loadshaper-data:{directory}; compose: `volumes: [\"loadshaper-data:{directory}\"]`; Kubernetes: a hostPath or claim with mountPath {directory}. "
        + "LoadShaper needs its seven days of history.";

    /// <returns>Null unless the directory is surely lost with the container or at the next restart; then why.</returns>
    public static string? Validate(string root, string directory) => MountOf(root, directory) switch
    {
        { IsContainerLayer: true } => $"{directory} is no volume: it would be lost with the container",
        { IsInMemory: true } mount => $"{directory} lies in memory ({mount.Type}): it would be lost at the next restart",
        _ => null,
    };

    /// <summary>The mount that a path of this machine lies on; null where the kernel does not say.</summary>
    public static Mount? MountOf(string root, string path)
    {
        try
        {
            var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
            var real = Directory.Exists(full) ? new DirectoryInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full : full;
            return MountTable.Find(MountTable.Parse(File.ReadAllText(Path.Combine(root, "proc/self/mountinfo"))), real);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
