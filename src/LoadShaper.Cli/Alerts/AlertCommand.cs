using System.CommandLine;
using System.Diagnostics;
using LoadShaper.Daemon.Alerts;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Alerts;

namespace LoadShaper.Cli.Alerts;

/// <summary>`loadshaper alert test`: one test notification to each receiver of ALERT_URLS, and the result of each.</summary>
internal static class AlertCommand
{
    private static readonly string[] Needed = ["ALERT_URLS", "DEADMAN_URL", "ALERT_NAME"];

    public static Command Create()
    {
        var command = new Command("alert", "Test the receivers of notifications.");
        command.Add(CreateTest());
        return command;
    }

    private static Command CreateTest()
    {
        var deadman = new Option<bool>("--deadman") { Description = "Send a success ping to DEADMAN_URL too. Its monitor then expects the next one." };
        var command = new Command(
            "test", "Send one test notification to each receiver of ALERT_URLS; exit code 0 when all accepted it, 1 when one did not, 78 when none is set or a setting is wrong.") { deadman };
        command.SetAction((parsed, cancel) => TestAsync(
            ConfigurationLoader.ProcessEnvironment(), parsed.GetValue(deadman), DateTimeOffset.UtcNow,
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, () => new AlertSender(), cancel));
        return command;
    }

    internal static async Task<int> TestAsync(
        IReadOnlyDictionary<string, string> environment, bool withDeadman, DateTimeOffset now, TextWriter output, TextWriter error, Func<AlertSender> createSender, CancellationToken cancel)
    {
        // A problem of another setting does not matter here.
        var (settings, problems) = SomeSettings.Read(ConfigurationLoader.LoadLocal(environment).Reading, Needed);
        if (problems.Count > 0)
        {
            await error.WriteAsync(SettingsReport.Problems(problems));
            return ExitCode.Config;
        }
        var alerts = settings.Alerts;
        if (!alerts.IsConfigured)
        {
            await error.WriteLineAsync("No receiver is set. Fix: set ALERT_URLS, for example ALERT_URLS=ntfy://ntfy.sh/TOPIC; `loadshaper config --explain ALERT_URLS` shows the forms.");
            return ExitCode.Config;
        }

        using var sender = createSender();
        var notification = Notification.Test(now, alerts.Name ?? Environment.MachineName);
        var results = await Task.WhenAll(alerts.Channels.Select(channel =>
            AttemptAsync(channel.Name, channel.Url.Shown, () => sender.SendAsync(channel, notification, null, cancel))));
        if (alerts.Deadman is { } target)
            results = [.. results, withDeadman
                ? await AttemptAsync(DeadmanTarget.Name, target.Url.Shown, () => sender.SendAsync(target, new DeadmanPing(IsSuccess: true, "test"), cancel))
                : new Attempt(DeadmanTarget.Name, target.Url.Shown, "not tested: a ping starts its monitor; add --deadman to send one", IsFailed: false)];
        await output.WriteAsync(TextTable.Render(["CHANNEL", "RECEIVER", "RESULT"], results.Select(result => new[] { result.Channel, result.Address, result.Text })));
        return results.Any(result => result.IsFailed) ? ExitCode.Failure : ExitCode.Ok;
    }

    private static async Task<Attempt> AttemptAsync(string channel, string address, Func<Task<DeliveryResult>> send)
    {
        var start = Stopwatch.GetTimestamp();
        var result = await send();
        return result.Problem is { } problem
            ? new Attempt(channel, address, $"FAILED: {problem}", IsFailed: true)
            : new Attempt(channel, address, FormattableString.Invariant($"delivered in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms"), IsFailed: false);
    }

    private sealed record Attempt(string Channel, string Address, string Text, bool IsFailed);
}
