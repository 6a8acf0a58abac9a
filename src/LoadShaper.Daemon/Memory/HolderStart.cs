using System.Diagnostics;

namespace LoadShaper.Daemon.Memory;

/// <summary>How a holder ended that was not asked to.</summary>
/// <param name="ExitCode">128 + n after signal n.</param>
internal sealed record HolderEnd(int ExitCode)
{
    private const int Sigkill = 128 + 9;

    /// <summary>By SIGKILL, which the OOM killer uses, and others may.</summary>
    internal bool BySigkill => ExitCode == Sigkill;
}

/// <summary>A running holder of memory.</summary>
internal interface IHolder
{
    /// <summary>Null where it is a thread of the daemon.</summary>
    int? Pid { get; }

    /// <summary>Never waits for the holder.</summary>
    void Order(HolderOrder order);

    /// <summary>Ends it; may be called while it is ending. Completes when it has ended and all memory is back.</summary>
    /// <param name="kill">At once, by SIGKILL; otherwise it gets a second to end by itself.</param>
    Task StopAsync(bool kill);
}

/// <summary>Starts a holder; both callbacks come from threads of their own.</summary>
/// <exception cref="HolderStartException">It cannot be started.</exception>
internal delegate IHolder StartHolder(Action<HolderReport> report, Action<HolderEnd> ended);

internal sealed class HolderStartException(string why, Exception? cause = null) : Exception(why, cause);

/// <summary>The command line that runs our own binary again.</summary>
internal sealed record HolderCommandLine(string FileName, IReadOnlyList<string> Arguments)
{
    private const string Command = "hold";

    /// <exception cref="HolderStartException">The program is not found.</exception>
    internal static HolderCommandLine OfThisProcess() => Of(Environment.ProcessPath ?? "", AppContext.BaseDirectory);

    /// <param name="folder">Where the program is.</param>
    internal static HolderCommandLine Of(string host, string folder)
    {
        try
        {
            var program = OwnProgram.Of(host, folder);
            return new(program.FileName, [.. program.Arguments, Command]);
        }
        catch (FileNotFoundException e)
        {
            throw new HolderStartException(e.Message, e);
        }
    }

    internal ProcessStartInfo ToStartInfo()
    {
        var info = new ProcessStartInfo(FileName, Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // The holder's own managed heap is next to nothing; what it holds is not on it. Numbers are hexadecimal.
        info.Environment["DOTNET_GCHeapHardLimit"] = "1000000";
        info.Environment["DOTNET_gcServer"] = "0";
        info.Environment["DOTNET_gcConcurrent"] = "0";
        info.Environment["DOTNET_TieredCompilation"] = "0";
        info.Environment["DOTNET_EnableDiagnostics"] = "0";
        return info;
    }
}
