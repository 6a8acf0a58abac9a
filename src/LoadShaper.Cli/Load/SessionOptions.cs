using System.Collections;
using System.CommandLine;
using System.Runtime.InteropServices;
using LoadShaper.LoadTest.Session;

namespace LoadShaper.Cli.Load;

/// <summary>Where the results go and what is shown meanwhile; every command that sends load has these options.</summary>
internal sealed class SessionOptions
{
    private readonly Option<string?> _out = new("--out") { Description = "Directory for the report and its data files.", HelpName = "DIR" };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Only the result." };
    private readonly Option<bool> _json = new("--json") { Description = "The result as JSON (summary.json) instead of text." };

    public void AddTo(Command command)
    {
        command.Add(_out);
        command.Add(_quiet);
        command.Add(_json);
    }

    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");

    /// <summary>Runs the session until it ends or a first SIGINT or SIGTERM ends it early; a second one ends the process.</summary>
    public async Task<int> RunAsync(ParseResult parsed, SessionRequest request)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        using var cancel = new CancellationTokenSource();
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = !cancel.IsCancellationRequested;
            cancel.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

        var json = parsed.GetValue(_json);
        await using var terminal = SessionTerminal.Create(json ? error : output, error, quiet: json || parsed.GetValue(_quiet));
        var outcome = await new LoadSession(request with { Out = parsed.GetValue(_out) }, terminal).RunAsync(cancel.Token);
        await terminal.DisposeAsync();
        if (outcome.Problem is { } problem)
            error.WriteLine(problem);
        if (outcome.Report is { } report)
            output.Write(json ? SessionText.Json(report) : SessionText.Render(report, parsed.GetValue(_out)));
        foreach (var failure in outcome.FileFailures)
            error.WriteLine(failure);
        return outcome.ExitCode;
    }
}
