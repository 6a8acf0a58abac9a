using System.CommandLine;
using System.Runtime.InteropServices;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Cluster;

namespace LoadShaper.Cli.Load.Distribution;

/// <summary>`loadshaper load worker`: sends a share of the requests of a `load run --workers` on another machine.</summary>
internal static class LoadWorkerCommand
{
    /// <summary>Set by `load run --local-workers`, which handles Ctrl-C for its workers.</summary>
    public const string LocalOption = "--local";

    public static Command Create()
    {
        var join = new Option<string?>("--join") { Description = "Where the coordinator listens: --listen of load run.", HelpName = "HOST:PORT" };
        var listen = new Option<string?>("--listen") { Description = "Where the coordinator reaches this worker; the local address of the way to it and a free port when left out.", HelpName = "HOST:PORT" };
        var name = new Option<string?>("--name") { Description = "Name in the report; host name and process id when left out.", HelpName = "NAME" };
        var certificate = DistributionOptions.Certificate();
        var keep = new Option<bool>("--keep") { Description = "Serve further runs after the first." };
        var local = new Option<bool>(LocalOption) { Hidden = true };
        var command = new Command("worker", "Send a share of the requests of a `load run --workers` on another machine. "
            + "Exit code 0 after the run, 1 refused or failed, 2 usage, 5 coordinator lost or not reached, 105 interrupted.")
        {
            join, listen, name, certificate, keep, local,
        };
        command.SetAction(async (parsed, _) =>
        {
            var (output, error) = (TextWriter.Synchronized(parsed.InvocationConfiguration.Output), parsed.InvocationConfiguration.Error);
            var flags = new WorkerFlags(parsed.GetValue(join), parsed.GetValue(listen), parsed.GetValue(name), parsed.GetValue(certificate), parsed.GetValue(keep));
            if (flags.Read(Environment.MachineName, Environment.ProcessId, out var problems) is { } request)
                return await RunAsync(request, parsed.GetValue(local), output, error);
            foreach (var problem in problems)
                error.WriteLine(problem);
            return LoadExitCode.Usage;
        });
        return command;
    }

    private static async Task<int> RunAsync(WorkerRequest request, bool local, TextWriter output, TextWriter error)
    {
        using var cancel = new CancellationTokenSource();
        void OnSignal(PosixSignalContext context)
        {
            // Ctrl-C reaches the whole process group of a terminal; the coordinator ends the run and its workers in order.
            var ignored = local && context.Signal == PosixSignal.SIGINT;
            context.Cancel = ignored || !cancel.IsCancellationRequested;
            if (!ignored)
                cancel.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        try
        {
            using var certificate = Certificates.Load(request.Certificate);
            return await ClusterWorker.RunAsync(
                new WorkerOptions { Join = request.Join, Listen = request.Listen, Name = request.Name, Certificate = certificate, Keep = request.Keep, Log = output.WriteLine }, cancel.Token);
        }
        catch (ClusterException e)
        {
            error.WriteLine(e.Message);
            return e.IsUsage ? LoadExitCode.Usage : LoadExitCode.Failure;
        }
    }
}
