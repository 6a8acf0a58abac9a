using System.CommandLine;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Cluster;

namespace LoadShaper.Cli.Load.Distribution;

/// <summary>`loadshaper load cert`: makes the certificate of mutual TLS.</summary>
internal static class LoadCertCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "File to write; it must not exist.", HelpName = "FILE" };
        var command = new Command("cert", "Make the certificate with which coordinator and workers recognise each other. The file holds the private key: copy it to each machine by a safe way.") { file };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            try
            {
                using var certificate = ClusterCertificate.Create(path, DateTimeOffset.UtcNow);
                parsed.InvocationConfiguration.Output.Write(
                    $"written: {path}, valid until {certificate.NotAfter.UtcDateTime:yyyy-MM-dd}\nSHA-256: {certificate.Fingerprint}\n"
                    + $"Copy it to every machine, then: load run ... --certificate {path} and load worker ... --certificate {path}\n");
                return LoadExitCode.Ok;
            }
            catch (ClusterException e)
            {
                parsed.InvocationConfiguration.Error.WriteLine(e.Message);
                return LoadExitCode.Failure;
            }
        });
        return command;
    }
}
