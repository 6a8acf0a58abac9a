using LoadShaper.LoadTest.Cluster;

namespace LoadShaper.Cli.Load.Distribution;

/// <summary>Reads the file of `--certificate`.</summary>
internal static class Certificates
{
    /// <summary>Null without the option.</summary>
    /// <exception cref="ClusterException">The file cannot be used; it is named by an option, so this is a usage error.</exception>
    public static ClusterCertificate? Load(string? path)
    {
        try
        {
            return path is null ? null : ClusterCertificate.Load(path, DateTimeOffset.UtcNow);
        }
        catch (ClusterException e)
        {
            throw new ClusterException($"--certificate: {e.Message}", e) { IsUsage = true };
        }
    }
}
