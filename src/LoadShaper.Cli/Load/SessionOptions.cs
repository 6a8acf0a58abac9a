using System.Collections;
using System.CommandLine;
using System.Runtime.InteropServices;
using LoadShaper.Cli.Load.Distribution;
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
    public async Task<int> RunAsync(ParseResult parsed, SessionRequest request, DistributedRun? distribution = null) =>
        (await ExecuteAsync(parsed, request, distribution: distribution)).ExitCode;

    public string? Directory(ParseResult parsed) => parsed.GetValue(_out);

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <param name="part">One of several sessions of a command: its files go to a directory of this name, and with --json its result is not printed.</param>
    /// <param name="distribution">Null: this process sends the requests.</param>
    public async Task<SessionOutcome> ExecuteAsync(ParseResult parsed, SessionRequest request, string? part = null, DistributedRun? distribution = null)
    {
        var directory = part is null || Directory(parsed) is not { } root ? Directory(parsed) : Path.Combine(root, part);
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        using var cancel = new CancellationTokenSource();
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = !cancel.IsCancellationRequested;
            cancel.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

        var (json, quiet) = (parsed.GetValue(_json), parsed.GetValue(_quiet));
        request = request with { Out = directory };
        async Task<SessionOutcome> RunHereAsync(SessionRequest session)
        {
            await using var terminal = SessionTerminal.Create(json ? error : output, error, quiet: json || quiet);
            return await new LoadSession(session, terminal).RunAsync(cancel.Token);
        }
        var outcome = distribution is null
            ? await RunHereAsync(request)
            : await DistributedSession.RunAsync(distribution, request, RunHereAsync, quiet ? _ => { } : (json ? error : output).WriteLine, error.WriteLine, cancel.Token);
        if (outcome.Problem is { } problem)
            error.WriteLine(problem);
        if (outcome.Report is { } report)
            output.Write(!json ? (part is null ? "" : $"== {part}\n") + SessionText.Render(report, directory) : part is null ? SessionText.Json(report) : "");
        foreach (var failure in outcome.FileFailures)
            error.WriteLine(failure);
        return outcome;
    }
}
