using LoadShaper.Domain.Platform;

namespace LoadShaper.Daemon.Configuration;

/// <summary>Whether the data directory outlives the container and the next restart.</summary>
internal static class DataVolume
{
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
