using LoadShaper.Domain.Platform;

namespace LoadShaper.Daemon.Configuration;

/// <summary>Whether the data directory outlives the container and the next restart.</summary>
internal static class DataVolume
{
    public const string ImageMarker = "container-image";

    private static readonly string[] ContainerFiles = [".dockerenv", "run/.containerenv"];

    private static readonly string[] ContainerVariables = ["KUBERNETES_SERVICE_HOST", "DOTNET_RUNNING_IN_CONTAINER", "container"];

    /// <summary>
    /// Whether this is a container, by the files of the engine and the variables of images and Kubernetes. A machine made
    /// from an image carries the same signs; it shows the kernel's own threads, which a container does not.
    /// </summary>
    public static bool InContainer(string root, IReadOnlyDictionary<string, string> environment) =>
        HasSigns(root, environment) && !(ShowsKernelThreads(root) && string.IsNullOrEmpty(environment.GetValueOrDefault("KUBERNETES_SERVICE_HOST")));

    private static bool ShowsKernelThreads(string root)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, "proc/2/comm")).Trim() == "kthreadd";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool HasSigns(string root, IReadOnlyDictionary<string, string> environment) =>
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
        var why = Validate(root, directory) ?? (MountOf(root, directory)?.Point == "/" ? $"{directory} is not a volume: it is lost with the container" : null);
        return why is null ? null : $"{why}. Fix: {Remedy(directory)}";
    }

    /// <summary>How a volume is mounted in each way of deployment.</summary>
    public static string Remedy(string directory) =>
        $"mount a volume there; Docker or podman: -v loadshaper-data:{directory}; compose: `volumes: [\"loadshaper-data:{directory}\"]`; Kubernetes: a hostPath or claim with mountPath {directory}. "
        + "LoadShaper needs its seven days of history.";

    /// <returns>Why the directory is certainly lost with the container or at the next restart; null when it is not.</returns>
    public static string? Validate(string root, string directory) => MountOf(root, directory) switch
    {
        { IsContainerLayer: true } => $"{directory} is not a volume: it is lost with the container",
        { IsInMemory: true } mount => $"{directory} is in memory ({mount.Type}): it is lost at the next restart",
        _ => null,
    };

    /// <summary>The mount of a path of this machine; null when /proc/self/mountinfo cannot be read.</summary>
    public static Mount? MountOf(string root, string path)
    {
        try
        {
            return MountTable.Find(MountTable.Parse(File.ReadAllText(Path.Combine(root, "proc/self/mountinfo"))), RealPath.Of(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
