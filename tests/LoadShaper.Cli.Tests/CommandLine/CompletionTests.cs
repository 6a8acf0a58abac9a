using System.CommandLine;
using System.Diagnostics;
using System.Runtime.Versioning;
using LoadShaper.Cli.CommandLine;
using Xunit;

namespace LoadShaper.Cli.Tests.CommandLine;

/// <summary>The completion script in a real bash, and the words that every shell's script gets.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly string _work = Directory.CreateTempSubdirectory("loadshaper-completion-").FullName;

    public void Dispose() => Directory.Delete(_work, recursive: true);

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Bash_completes_commands_options_and_values()
    {
        var program = Path.Combine(_work, "loadshaper");
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        File.WriteAllText(program, $"#!/bin/sh\nexec '{host}' exec '{typeof(ExitCode).Assembly.Location}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var output = Bash($$"""
            PATH={{_work}}:$PATH
            source <(loadshaper completion bash)
            complete -p loadshaper
            try() {
                COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
                _loadshaper
                echo "$1:" "${COMPREPLY[@]}"
            }
            try 'loadshaper rep' loadshaper rep
            try '{{program}} load r' '{{program}}' load r
            try 'loadshaper config --explain CPU_P95_S' loadshaper config --explain CPU_P95_S
            try 'loadshaper status -' loadshaper status -
            try 'loadshaper simulate --shape a1-flex-4' loadshaper simulate --shape a1-flex-4
            """);

        Assert.Equal(
            $"""
            complete -o default -F _loadshaper loadshaper
            loadshaper rep: replay
            {program} load r: report run
            loadshaper config --explain CPU_P95_S: CPU_P95_SETPOINT CPU_P95_SLOT_DURATION_SEC CPU_P95_STRATEGY
            loadshaper status -: --data-dir --help
            loadshaper simulate --shape a1-flex-4: a1-flex-4 a1-flex-4-jumbo

            """,
            output);
    }

    [Theory]
    [InlineData("zsh", "#compdef loadshaper")]
    [InlineData("fish", "complete -c loadshaper")]
    public async Task The_scripts_of_other_shells_ask_the_same_way(string shell, string registration)
    {
        var (code, script, error) = await InvokeAsync("completion", shell);

        Assert.Equal((ExitCode.Ok, ""), (code, error));
        Assert.Contains(registration, script, StringComparison.Ordinal);
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_shell_is_refused_with_the_known_ones()
    {
        var (code, output, error) = await InvokeAsync("completion", "tcsh");

        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.Contains("'bash'", error, StringComparison.Ordinal);
    }

    private static string Bash(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "--noprofile", "-c", script]) { RedirectStandardOutput = true })!;
        var output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return output;
    }

    private static async Task<(int Code, string Output, string Error)> InvokeAsync(params string[] words)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await Root.InvokeAsync(Root.Create(), words, new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
