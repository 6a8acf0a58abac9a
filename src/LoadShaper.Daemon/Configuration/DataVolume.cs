using LoadShaper.Domain.Platform;

namespace LoadShaper.Daemon.Configuration;

/// <summary>Whether the data directory is kept: in a container, what is not mounted is thrown away with it.</summary>
internal static class DataVolume
{
    private static readonly string[] ContainerFiles = [".dockerenv", "run/.containerenv"];

    private static readonly string[] ContainerVariables = ["KUBERNETES_SERVICE_HOST", "DOTNET_RUNNING_IN_CONTAINER", "container"];

    /// <summary>Whether this is a container; the files of the engine and the variables of images and Kubernetes tell it.</summary>
    public static bool InContainer(string root, IReadOnlyDictionary<string, string> environment) =>
        ContainerFiles.Any(file => File.Exists(Path.Combine(root, file)))
        || ContainerVariables.Any(name => environment.GetValueOrDefault(name) is { Length: > 0 } and not "false");

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
