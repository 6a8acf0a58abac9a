using System.Reflection;
using Akka.Configuration;

namespace LoadShaper.Daemon;

/// <summary>The version of this build and of the Akka.NET it runs on.</summary>
internal static class BuildInfo
{
    public static string Version { get; } = InformationalVersion(typeof(BuildInfo).Assembly);

    /// <summary>"Akka.NET" and its version: the value of the field <c>akka</c> in the journal and in /health.</summary>
    public static string Akka { get; } = $"Akka.NET {InformationalVersion(typeof(Config).Assembly)}";

    private static string InformationalVersion(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? assembly.GetName().Version?.ToString() ?? "unknown";
}
