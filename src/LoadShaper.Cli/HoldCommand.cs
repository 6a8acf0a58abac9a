using System.CommandLine;
using System.Runtime.InteropServices;
using LoadShaper.Daemon.Memory;

namespace LoadShaper.Cli;

/// <summary>
/// <c>loadshaper hold</c>: the process that holds memory. Started by the daemon, not by people; it listens on standard
/// input and ends with it.
/// </summary>
internal static class HoldCommand
{
    public static Command Create()
    {
        var command = new Command("hold", "Holds memory for the daemon that started it.") { Hidden = true };
        command.SetAction(_ => Run());
        return command;
    }

    /// <summary>Called before the command line is built, so that the process stays small.</summary>
    public static int Run()
    {
        if (!Console.IsInputRedirected)
        {
            Console.Error.WriteLine("loadshaper hold is started by the daemon and takes its orders from standard input; run `loadshaper run` instead");
            return ExitCode.Usage;
        }

        // Ctrl-C reaches everything in the terminal's group; the daemon ends in order, and the holder with it.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        DieFirst();
        new Holder(new StandardLine(), MemoryWatch.OfThisMachine, HugePages.Read()).Run();
        return ExitCode.Ok;
    }

    /// <summary>Makes this process the first victim of the OOM killer. Needs no privilege; optional.</summary>
    private static void DieFirst()
    {
        foreach (var (file, text) in new[] { ("/proc/self/oom_score_adj", "1000"), ("/proc/self/comm", "loadshaper-hold") })
        {
            try
            {
                File.WriteAllText(file, text);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"loadshaper hold: {file}: {e.Message}");
            }
        }
    }
}
