using System.CommandLine;
using System.Text;
using System.Text.Json;
using LoadShaper.Cli.Doctor;
using LoadShaper.Daemon.Configuration;

namespace LoadShaper.Cli;

/// <summary>`loadshaper doctor`: what would go wrong with this deployment, and how to mend it. Starts nothing.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var dataDir = new Option<string?>("--data-dir") { Description = "Where the journal and the samples live; wins over PERSISTENCE_DIR." };
        var command = new Command("doctor", "Check this machine and these settings before a start; exit code 0, 1 with warnings, 2 with failures.") { json, dataDir };
        command.SetAction(async (parsed, cancel) =>
        {
            var environment = new Dictionary<string, string>(ConfigurationLoader.ProcessEnvironment());
            if (parsed.GetValue(dataDir) is { Length: > 0 } directory)
                environment["PERSISTENCE_DIR"] = Path.GetFullPath(directory);
            var now = DateTimeOffset.UtcNow;
            var loaded = await ConfigurationLoader.LoadAsync(environment, now, cancel);
            var results = await new Examination("/", environment, now).RunAsync(loaded);
            parsed.InvocationConfiguration.Output.Write(parsed.GetValue(json) ? RenderJson(results) : Render(results));
            return ExitCodeOf(results);
        });
        return command;
    }

    /// <summary>0 when all is well, 1 with warnings, 2 with failures.</summary>
    internal static int ExitCodeOf(IReadOnlyList<CheckResult> results) => (int)results.Max(r => r.Status);

    internal static string Render(IReadOnlyList<CheckResult> results)
    {
        var width = results.Max(r => r.Name.Length);
        var text = new StringBuilder();
        foreach (var result in results)
        {
            text.Append(result.Status.ToString().ToUpperInvariant()).Append("  ").Append(result.Name.PadRight(width)).Append("  ").Append(result.Found).Append('\n');
            if (result.Mend != "")
                text.Append(' ', 6 + width + 2).Append("→ ").Append(result.Mend).Append('\n');
        }
        return text.Append('\n').Append(Summary(results)).Append('\n').ToString();
    }

    internal static string RenderJson(IReadOnlyList<CheckResult> results) => JsonSerializer.Serialize(new
    {
        Checks = results.Select(r => new { r.Name, Status = r.Status.ToString().ToUpperInvariant(), r.Found, Mend = r.Mend == "" ? null : r.Mend }),
        Passed = Count(results, CheckStatus.Pass),
        Warnings = Count(results, CheckStatus.Warn),
        Failures = Count(results, CheckStatus.Fail),
    }, ConfigJson.Options) + "\n";

    private static string Summary(IReadOnlyList<CheckResult> results) =>
        $"{Count(results, CheckStatus.Pass)} passed, {Several(Count(results, CheckStatus.Warn), "warning")}, {Several(Count(results, CheckStatus.Fail), "failure")}";

    private static int Count(IReadOnlyList<CheckResult> results, CheckStatus status) => results.Count(r => r.Status == status);

    private static string Several(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
