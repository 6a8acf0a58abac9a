namespace LoadShaper.Cli.Load.Distribution;

/// <summary>The workers of a run are not there, so nothing was sent. The message is for the operator.</summary>
internal sealed class WorkersMissingException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
