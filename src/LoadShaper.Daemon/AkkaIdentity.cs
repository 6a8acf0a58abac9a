using System.Reflection;
using Akka.Configuration;

namespace LoadShaper.Daemon;

/// <summary>Which Akka this build runs on, and of which version LoadShaper is.</summary>
public static class AkkaIdentity
{
    public static string Version { get; } = InformationalVersion(typeof(AkkaIdentity).Assembly);

    public static string Akka { get; } =
        typeof(AkkaIdentity).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key == "AkkaSource")?.Value == "Packages"
            ? $"Akka.NET {InformationalVersion(typeof(Config).Assembly)}"
            : "Akka stand-in (this build's package feed has no Akka.NET)";

    private static string InformationalVersion(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? assembly.GetName().Version?.ToString() ?? "unknown";
}
