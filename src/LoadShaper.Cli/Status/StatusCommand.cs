using System.CommandLine;
using System.Text.Json;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Settings;
using LoadShaper.Journal;
using LoadShaper.Replay;
using LoadShaper.Replay.Machine;

namespace LoadShaper.Cli.Status;

/// <summary>`loadshaper status`: one screen for a person, from the running daemon, or from the data directory when none answers.</summary>
internal static class StatusCommand
{
    // The verdict changes seldom; each UTC day begins with a recorded state.
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(8);

    public static Command Create()
    {
        var dataDir = new Option<string?>("--data-dir") { Description = "Where the journal and the samples are; overrides PERSISTENCE_DIR.", HelpName = "DIR" };
        var command = new Command("status", "Show whether this VM is protected, until when, and what LoadShaper does now; exit code 0 when it is safe or not known yet, 1 when it is at risk or LoadShaper does not run.") { dataDir };
        command.SetAction((parsed, cancellation) =>
        {
            var environment = new Dictionary<string, string>(ConfigurationLoader.ProcessEnvironment());
            if (parsed.GetValue(dataDir) is { Length: > 0 } directory)
                environment["PERSISTENCE_DIR"] = directory;
            return RunAsync(environment, DateTimeOffset.UtcNow, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellation);
        });
        return command;
    }

    internal static async Task<int> RunAsync(
        IReadOnlyDictionary<string, string> environment, DateTimeOffset now, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var loaded = ConfigurationLoader.LoadLocal(environment);
        var data = new DataDirectory(loaded.Reading.Values.Single(value => value.Setting.Name == "PERSISTENCE_DIR").Text);
        var memoryCounts = loaded.Shape.Family == ShapeFamily.A1;
        if (await AskAsync(loaded.Reading, cancellation) is var (health, metrics))
        {
            var view = StatusView.Of(health, metrics, OwnToday(data, now));
            await output.WriteAsync(StatusText.Of(view, IdleRule.Oracle.Threshold, memoryCounts, now));
            return view.Verdict == VerdictFormatter.Of(VerdictKind.AtRisk) ? ExitCode.Failure : ExitCode.Ok;
        }

        try
        {
            await output.WriteAsync(StatusText.Of(Recorded(data, now), IdleRule.Oracle.Threshold, memoryCounts, now));
        }
        catch (JournalUnreadableException e)
        {
            await error.WriteLineAsync($"No daemon answers, and the journal cannot be read: {e.Message}");
        }
        return ExitCode.Failure;
    }

    private static async Task<(JsonElement Health, JsonElement Metrics)?> AskAsync(SettingsReading reading, CancellationToken cancellation)
    {
        var health = LocalDaemon.SettingsOf(reading);
        if (!health.Enabled)
            return null;
        using var client = LocalDaemon.CreateClient(HealthPort.LocalEndPoint(health));
        try
        {
            return (await GetAsync(client, "/health", cancellation), await GetAsync(client, "/metrics", cancellation));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            return null;
        }
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string path, CancellationToken cancellation)
    {
        // An unhealthy daemon answers 503 with the same body.
        using var response = await client.GetAsync(path, cancellation);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
        return json.RootElement.Clone();
    }

    private static StatusView Recorded(DataDirectory data, DateTimeOffset now)
    {
        using var recording = Recording.Open(data.JournalPath);
        Verdict? verdict = null;
        string? reason = null;
        foreach (var happened in recording.Events(new TimeRange((recording.End ?? now) - LookBack, null)))
        {
            verdict = happened is VerdictChanged changed ? changed.To : verdict;
            reason = happened switch { DaemonStopped stopped => stopped.Reason, DaemonStarted => null, _ => reason };
        }

        // A verdict that has not changed for longer is further back.
        verdict ??= recording.Events().OfType<VerdictChanged>().LastOrDefault()?.To;
        return StatusView.Stopped(verdict, recording.End, reason, OwnToday(data, now));
    }

    private static double? OwnToday(DataDirectory data, DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var minutes = RecordedMinutes.Stored(data.SamplesPath, new TimeRange(today, null)).Minutes.ToList();
        return minutes.Count == 0 ? null : minutes.Average(minute => minute.Own);
    }
}
