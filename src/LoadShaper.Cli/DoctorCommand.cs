using System.CommandLine;
using System.Text;
using System.Text.Json;
using LoadShaper.Cli.Doctor;
using LoadShaper.Cli.Run;
using LoadShaper.Daemon.Configuration;

namespace LoadShaper.Cli;

/// <summary>`loadshaper doctor`: what would go wrong with this deployment, and how to fix it. Starts nothing.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var dataDir = new Option<string?>("--data-dir") { Description = "The directory of the journal and the samples; wins over PERSISTENCE_DIR.", HelpName = "DIR" };
        var refusals = new Option<bool>("--refusals") { Description = "Print docs/refusals.md: every refusal of `run` and the check that predicts it." };
        var command = new Command("doctor", "Check this machine and these settings before a start; exit code 0, 1 with warnings, 2 with failures.") { json, dataDir, refusals };
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(refusals))
            {
                await parsed.InvocationConfiguration.Output.WriteAsync(Refusals.Markdown());
                return ExitCode.Ok;
            }
            var environment = ConfigurationLoader.WithDataDir(ConfigurationLoader.ProcessEnvironment(), parsed.GetValue(dataDir));
            var now = DateTimeOffset.UtcNow;
            var loaded = await ConfigurationLoader.LoadAsync(environment, now, cancel);
            var results = await new Examination("/", environment, now).RunAsync(loaded);
            parsed.InvocationConfiguration.Output.Write(parsed.GetValue(json) ? RenderJson(results) : Render(results));
            return ExitCodeOf(results);
        });
        return command;
    }

    /// <summary>0 without findings, 1 with warnings, 2 with failures.</summary>
    internal static int ExitCodeOf(IReadOnlyList<CheckResult> results) => (int)results.Max(r => r.Status);

    internal static string Render(IReadOnlyList<CheckResult> results)
    {
        var width = results.Max(r => r.Name.Length);
        var text = new StringBuilder();
        foreach (var result in results)
        {
            text.Append(result.Status.ToString().ToUpperInvariant()).Append("  ").Append(result.Name.PadRight(width)).Append("  ").Append(result.Found).Append('\n');
            if (result.Fix != "")
                text.Append(' ', 6 + width + 2).Append("Fix: ").Append(result.Fix).Append('\n');
        }
        return text.Append('\n').Append(Summary(results)).Append('\n').ToString();
    }

    // JSON field of earlier versions, the same value as `fix`.
    internal static string RenderJson(IReadOnlyList<CheckResult> results) => JsonSerializer.Serialize(new
    {
        Checks = results.Select(r => new { r.Name, Status = r.Status.ToString().ToUpperInvariant(), r.Found, Fix = r.Fix == "" ? null : r.Fix, Mend = r.Fix == "" ? null : r.Fix }),
        Passed = Count(results, CheckStatus.Pass),
        Warnings = Count(results, CheckStatus.Warn),
        Failures = Count(results, CheckStatus.Fail),
    }, ConfigJson.Options) + "\n";

    private static string Summary(IReadOnlyList<CheckResult> results) =>
        $"{Count(results, CheckStatus.Pass)} passed, {Several(Count(results, CheckStatus.Warn), "warning")}, {Several(Count(results, CheckStatus.Fail), "failure")}";

    private static int Count(IReadOnlyList<CheckResult> results, CheckStatus status) => results.Count(r => r.Status == status);

    private static string Several(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
