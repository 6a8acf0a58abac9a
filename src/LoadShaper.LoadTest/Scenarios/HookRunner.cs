using System.ComponentModel;
using System.Diagnostics;

namespace LoadShaper.LoadTest.Scenarios;

/// <summary>Executes the shell commands before and after a run, one after the other, with `/bin/sh -c`.</summary>
public static class HookRunner
{
    /// <summary>What to say about a scenario with hooks when they are not allowed; null when it has none.</summary>
    public static string? Refusal(Scenario scenario, bool allowed) =>
        allowed || scenario.Before.Count + scenario.After.Count == 0
            ? null
            : $"{scenario.Source} has {scenario.Before.Count + scenario.After.Count} shell commands under before and after; expected none. Read them, then add --allow-hooks to execute them";

    /// <summary>Null when all ended with exit code 0, otherwise the first failure; later commands are not executed.</summary>
    /// <param name="output">Receives the commands' output line by line.</param>
    public static async Task<string?> RunAsync(IReadOnlyList<string> commands, Action<string> output, CancellationToken cancel)
    {
        foreach (var command in commands)
        {
            using var process = new Process
            {
                StartInfo = new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", command }, RedirectStandardOutput = true, RedirectStandardError = true },
            };
            void OnLine(object _, DataReceivedEventArgs line)
            {
                if (line.Data is { } text)
                    lock (process)
                        output(text);
            }
            process.OutputDataReceived += OnLine;
            process.ErrorDataReceived += OnLine;
            try
            {
                process.Start();
                process.BeginOutputReadLine();
                process.BeginErrorReadLine();
                await process.WaitForExitAsync(cancel);
            }
            catch (Win32Exception e)
            {
                return $"hook \"{command}\" cannot be started: {e.Message}";
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return $"hook \"{command}\" was interrupted";
            }
            if (process.ExitCode != 0)
                return $"hook \"{command}\" ended with exit code {process.ExitCode}; expected 0";
        }
        return null;
    }
}
