using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LoadShaper.Cli.Load.Distribution;

/// <summary>A child process to start.</summary>
/// <param name="Name">What its error lines are marked with.</param>
internal sealed record ChildCommand(string Name, string FileName, IReadOnlyList<string> Arguments);

/// <param name="BySelf">How long a child may take to end by itself.</param>
/// <param name="AfterTerm">And after SIGTERM, before SIGKILL.</param>
internal sealed record StopLimits(TimeSpan BySelf, TimeSpan AfterTerm);

/// <summary>
/// Child processes that belong to a run. <see cref="DisposeAsync"/> gives each the time to end by itself, then sends SIGTERM,
/// then SIGKILL. A child outlives this process only when this process is killed; a worker then ends by its lease.
/// </summary>
internal sealed class ChildProcesses : IAsyncDisposable
{
    private const int Sigterm = 15;
    private readonly List<(ChildCommand Command, Process Process, Task Output)> _children = [];
    private readonly Action<string> _report;
    private readonly StopLimits _limits;
    private readonly Action<ChildCommand, int> _failed;

    private ChildProcesses(Action<string> report, StopLimits limits, Action<ChildCommand, int> failed) => (_report, _limits, _failed) = (report, limits, failed);

    /// <param name="report">Receives every line that a child writes as an error, and how it ended when not with exit code 0, with its last line of output.</param>
    /// <param name="failed">Receives every child that ended with another exit code than 0, after the report of it, and that code.</param>
    /// <exception cref="IOException">A child cannot be started; those started before it are ended.</exception>
    public static async Task<ChildProcesses> StartAsync(IEnumerable<ChildCommand> commands, Action<string> report, StopLimits limits, Action<ChildCommand, int> failed)
    {
        var children = new ChildProcesses(report, limits, failed);
        try
        {
            foreach (var command in commands)
                children.Start(command);
            return children;
        }
        catch (IOException)
        {
            await children.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_children.Select(c => EndAsync(c.Process)));
        await Task.WhenAll(_children.Select(c => c.Output));
        foreach (var (_, process, _) in _children)
            process.Dispose();
        _children.Clear();
    }

    private void Start(ChildCommand command)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(command.FileName, command.Arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{command.Name} cannot be started: {command.FileName}: {e.Message}", e);
        }
        process.StandardInput.Close();
        _children.Add((command, process, ObserveAsync(command, process)));
    }

    private async Task ObserveAsync(ChildCommand command, Process process)
    {
        var output = LastLineAsync(process.StandardOutput);
        while (await process.StandardError.ReadLineAsync() is { } line)
            _report($"{command.Name}: {line}");
        var last = await output;
        await process.WaitForExitAsync();
        if (process.ExitCode == 0)
            return;
        _report($"{command.Name} (process {process.Id}) ended with exit code {process.ExitCode}{(last is null ? "" : $"; its last line: \"{last}\"")}");
        _failed(command, process.ExitCode);
    }

    private static async Task<string?> LastLineAsync(StreamReader reader)
    {
        string? last = null;
        while (await reader.ReadLineAsync() is { } line)
            last = line;
        return last;
    }

    private async Task EndAsync(Process process)
    {
        if (await EndedAsync(process, _limits.BySelf))
            return;
        SendSignal(process.Id, Sigterm);
        if (!await EndedAsync(process, _limits.AfterTerm))
            process.Kill();
        await process.WaitForExitAsync();
    }

    private static async Task<bool> EndedAsync(Process process, TimeSpan limit)
    {
        try
        {
            await process.WaitForExitAsync().WaitAsync(limit);
            return true;
        }
        catch (TimeoutException)
        {
            return process.HasExited;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
