namespace LoadShaper.Daemon.Cli;

internal static class VersionText
{
    public static string Line => $"loadshaper {AkkaIdentity.Version} on {AkkaIdentity.Akka}";
}
