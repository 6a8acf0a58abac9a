using LoadShaper.Cli.Alerts;
using LoadShaper.Daemon.Alerts;
using LoadShaper.Daemon.Tests.Alerts;
using Xunit;

namespace LoadShaper.Cli.Tests.Alerts;

public sealed class AlertCommandTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_receiver_gets_one_notification_and_the_monitor_none()
    {
        await using var receiver = await AlertReceiver.StartAsync();

        var (code, output, _) = await TestAsync(
            withDeadman: false, ("ALERT_URLS", $"ntfy+http://127.0.0.1:{receiver.Port}/SECRET,webhook+http://127.0.0.1:{receiver.Port}/SECRET?k=SECRET"),
            ("DEADMAN_URL", $"http://127.0.0.1:{receiver.Port}/ping/SECRET"), ("ALERT_NAME", "vm1"));

        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal(2, receiver.Requests.Count);
        Assert.Contains("vm1: test notification", receiver.Requests.Select(request => request.Headers.GetValueOrDefault("Title", "")));
        Assert.Contains($"ntfy-1     ntfy+http://127.0.0.1:{receiver.Port}/***     delivered in ", output, StringComparison.Ordinal);
        Assert.Contains("not tested", output, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_deadman_the_monitor_gets_a_success()
    {
        await using var receiver = await AlertReceiver.StartAsync();

        var (code, _, _) = await TestAsync(withDeadman: true, ("DEADMAN_URL", $"http://127.0.0.1:{receiver.Port}/ping/id"));

        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal("/ping/id", Assert.Single(receiver.Requests).Path);
    }

    [Fact]
    public async Task One_that_refuses_is_named_and_the_others_are_tried()
    {
        await using var refusing = await AlertReceiver.StartAsync(context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        await using var receiver = await AlertReceiver.StartAsync();

        var (code, output, _) = await TestAsync(withDeadman: false, ("ALERT_URLS", $"ntfy+http://127.0.0.1:{refusing.Port}/SECRET,ntfy+http://127.0.0.1:{receiver.Port}/t"));

        Assert.Equal(ExitCode.Failure, code);
        Assert.Single(receiver.Requests);
        Assert.Contains("FAILED: HTTP 403: not allowed; check the credentials in the setting", output, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_receiver_and_with_a_wrong_one_the_settings_are_to_be_fixed()
    {
        var none = await TestAsync(withDeadman: false);
        Assert.Equal((ExitCode.Config, ""), (none.Code, none.Output));
        Assert.Contains("set ALERT_URLS", none.Error, StringComparison.Ordinal);

        var wrong = await TestAsync(withDeadman: false, ("ALERT_URLS", "https://hooks.example/SECRET"));
        Assert.Equal((ExitCode.Config, ""), (wrong.Code, wrong.Output));
        Assert.Contains("entry 1 does not say what its receiver expects", wrong.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", wrong.Error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> TestAsync(bool withDeadman, params (string Name, string Value)[] environment)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await AlertCommand.TestAsync(
            environment.ToDictionary(pair => pair.Name, pair => pair.Value), withDeadman, Noon, output, error, () => new AlertSender(), CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
