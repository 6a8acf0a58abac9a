using LoadShaper.Daemon;

namespace LoadShaper.Cli;

internal static class VersionText
{
    public static string Line => $"loadshaper {BuildInfo.Version} on {BuildInfo.Akka}";
}
