using System.CommandLine;
using LoadShaper.Daemon;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Settings;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Serilog;

namespace LoadShaper.Cli;

/// <summary>`loadshaper run`: checks everything that can be checked, then starts the daemon and waits for its end.</summary>
internal static class RunCommand
{
    // What standard output does not take in this time is dropped: the orchestrator's patience is for the journal.
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var dataDir = new Option<string?>("--data-dir") { Description = "Where the journal and the samples live; wins over PERSISTENCE_DIR." };
        var command = new Command("run", "Keep this VM from looking idle, until SIGTERM or SIGINT.") { dataDir };
        command.SetAction(async (parsed, _) =>
        {
            using var signals = new StopSignals();
            return await RunAsync(parsed.GetValue(dataDir), signals.Asked);
        });
        return command;
    }

    private static async Task<int> RunAsync(string? dataDir, CancellationToken stop)
    {
        var environment = new Dictionary<string, string>(ConfigurationLoader.ProcessEnvironment());
        if (!string.IsNullOrWhiteSpace(dataDir))
            environment["PERSISTENCE_DIR"] = dataDir;
        var now = DateTimeOffset.UtcNow;
        var loaded = await ConfigurationLoader.LoadAsync(environment, now, stop);
        var data = new DataDirectory(Path.GetFullPath(loaded.Reading.Values.Single(value => value.Setting.Name == "PERSISTENCE_DIR").Text));
        var unusable = DataVolume.Refusal("/", data.Path, AppContext.BaseDirectory) ?? data.Validate();
        if (loaded.Reading.Settings is not { } settings)
            return Refuse(
                SettingsReport.Problems(loaded.Reading.Problems) + SettingsReport.Warnings(loaded.Reading.Warnings)
                + (unusable is null ? "" : $"PERSISTENCE_DIR: {unusable}"));

        var (instance, held) = unusable is null ? Lock(data) : (null, unusable);
        using var _ = instance;
        var problems = held is null ? "" : $"PERSISTENCE_DIR: {held}\n";
        // One that runs on the directory already has the port, too: that is no second problem.
        if ((held is null || unusable is not null) && settings.Health.Enabled && HealthPort.Refusal(settings.Health) is { } refused)
            problems += $"HEALTH_PORT: cannot listen on {settings.Health.Host}:{settings.Health.Port}: {refused.Message}. "
                + "Set HEALTH_PORT to a free port, HEALTH_HOST to an address of this machine, or HEALTH_ENABLED=false.\n";
        if (problems != "")
            return Refuse($"{problems}nothing was started");

        Logs.Configure(settings.LogFormat, settings.LogLevel);
        try
        {
            Log.Information("{Version}; shape {Shape} ({Family}), data in {Directory}", VersionText.Line, loaded.Shape.Name, loaded.Shape.Family, data.Path);
            foreach (var warning in loaded.Reading.Warnings)
                Log.Warning("{Warning}", SettingsReport.Line(warning));
            foreach (var warning in loaded.Shape.Warnings)
                Log.Warning("{Warning}", warning);
            using var journal = new JournalFile(data.JournalPath, () => instance?.Problem, notice => Log.Warning("{Notice}", notice));
            var (loss, problem) = PrepareJournal(journal, data, now);
            if (problem is not null)
                return Refuse($"{problem}\nnothing was started");
            return stop.IsCancellationRequested ? ExitCode.Ok : await RunHostAsync(settings, loaded, data, journal, loss, now, instance, stop);
        }
        finally
        {
            await Logs.CloseAsync(LogPatience);
        }
    }

    private static async Task<int> RunHostAsync(
        LoadShaperSettings settings, LoadedConfiguration loaded, DataDirectory data, JournalFile journal, JournalLoss? loss, DateTimeOffset now,
        InstanceLock? instance, CancellationToken stop)
    {
        Exception? fatal = null;
        var started = new DaemonStarted(
            now, BuildInfo.Version, BuildInfo.Akka, loaded.Shape.Cpus,
            loaded.Reading.Values.ToDictionary(value => value.Setting.Name, value => value.Text),
            loaded.Shape.Family);
        await using var app = DaemonHost.Build(settings, loaded.Shape, data, journal, loss, started, cause => fatal ??= cause, instance);
        try
        {
            await app.StartAsync(CancellationToken.None);
            await app.WaitForShutdownAsync(stop);
        }
        catch (OperationCanceledException) when (fatal is not null)
        {
            // It failed before the start was over.
            await app.StopAsync(CancellationToken.None);
        }
        if (fatal is null)
            return ExitCode.Ok;
        Log.Fatal(fatal, "the daemon cannot go on");
        return ExitCode.Failure;
    }

    private static (InstanceLock? Instance, string? Problem) Lock(DataDirectory data)
    {
        try
        {
            return InstanceLock.TryAcquire(data.Path) is { } instance
                ? (instance, null)
                : (null, $"another LoadShaper runs on {data.Path}. Stop it, or give this one a directory of its own; in Kubernetes a hostPath of each node, not one claim for several pods.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"{Path.Combine(data.Path, InstanceLock.FileName)} cannot be locked: {e.Message} {DataDirectory.Remedy(DataDirectory.EffectiveUser())}");
        }
    }

    private static (JournalLoss? Loss, string? Problem) PrepareJournal(JournalFile journal, DataDirectory data, DateTimeOffset now)
    {
        try
        {
            return (journal.Prepare(now), null);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            return (null, $"{data.JournalPath} cannot be used: {e.Message} {SqliteResult.AdviceFor(e)}");
        }
    }

    private static int Refuse(string problem)
    {
        Console.Error.WriteLine(problem.TrimEnd('\n'));
        return ExitCode.Config;
    }
}
