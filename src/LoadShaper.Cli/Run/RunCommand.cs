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

namespace LoadShaper.Cli.Run;

/// <summary>`loadshaper run`: checks everything that can be checked, then starts the daemon and waits for its end.</summary>
internal static class RunCommand
{
    // What standard output does not take in this time is dropped: the orchestrator's patience is for the journal.
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(1);

    private const string NotStarted = "LoadShaper does not start";

    public static Command Create()
    {
        var dataDir = new Option<string?>("--data-dir") { Description = "The directory of the journal and the samples; wins over PERSISTENCE_DIR.", HelpName = "DIR" };
        var command = new Command("run", "Keep this VM from being idle, until SIGTERM or SIGINT.") { dataDir };
        command.SetAction(async (parsed, _) =>
        {
            using var signals = new StopSignals();
            var environment = ConfigurationLoader.WithDataDir(ConfigurationLoader.ProcessEnvironment(), parsed.GetValue(dataDir));
            return await RunAsync(environment, parsed.InvocationConfiguration.Error, signals.Asked, () => signals.First);
        });
        return command;
    }

    /// <summary>Every refusal in here has its row in <see cref="Refusals"/>.</summary>
    internal static async Task<int> RunAsync(
        IReadOnlyDictionary<string, string> environment, TextWriter error, CancellationToken stop, Func<string?>? signal = null)
    {
        var now = DateTimeOffset.UtcNow;
        var loaded = await ConfigurationLoader.LoadAsync(environment, now, stop);
        var data = new DataDirectory(Path.GetFullPath(loaded.Reading.Values.Single(value => value.Setting.Name == "PERSISTENCE_DIR").Text));
        var unusable = DataVolume.Refusal("/", data.Path, AppContext.BaseDirectory) ?? data.Validate()?.ToString();
        if (loaded.Reading.Settings is not { } settings)
            return Refuse(error,
                SettingsReport.Problems(loaded.Reading.Problems) + SettingsReport.Warnings(loaded.Reading.Warnings)
                + (unusable is null ? "" : $"PERSISTENCE_DIR: {unusable}"));

        var (instance, held) = unusable is null ? Lock(data) : (null, unusable);
        using var _ = instance;
        var problems = held is null ? "" : $"PERSISTENCE_DIR: {held}\n";
        // The instance that runs on the directory also has the port: that is not a second problem.
        if ((held is null || unusable is not null) && settings.Health.Enabled && HealthPort.Refusal(settings.Health) is { } refused)
            problems += $"HEALTH_PORT: cannot listen on {settings.Health.Host}:{settings.Health.Port}: {refused.Message}. "
                + $"Fix: {HealthPort.Fix(refused)}, or set HEALTH_ENABLED=false.\n";
        if (problems != "")
            return Refuse(error, problems + NotStarted);

        Logs.Configure(settings.LogFormat, settings.LogLevel);
        try
        {
            LogStart(loaded, settings, data);
            using var journal = new JournalFile(data.JournalPath, () => instance?.Problem, notice => Log.Warning("{Notice}", notice));
            var (loss, problem) = PrepareJournal(journal, data, now);
            if (problem is not null)
                return Refuse(error, $"{problem}\n{NotStarted}");
            return stop.IsCancellationRequested ? ExitCode.Ok : await RunHostAsync(settings, loaded, data, journal, loss, now, instance, stop, signal);
        }
        finally
        {
            await Logs.CloseAsync(LogPatience);
        }
    }

    private static void LogStart(LoadedConfiguration loaded, LoadShaperSettings settings, DataDirectory data)
    {
        Log.Information("{Version}; shape {Shape} ({Family}; {Source}), data in {Directory}", VersionText.Line, loaded.Shape.Name, loaded.Shape.Family, loaded.Shape.Source, data.Path);
        var watch = settings.Network.Watch;
        var origin = loaded.Reading.Values.Single(value => value.Setting.Name == (watch.OfHost ? "NET_IFACE" : "NET_IFACE_INNER")).Origin;
        Log.Information("Watching network interface {Interface} ({Source})", watch.Interface, origin.ToString());
        foreach (var warning in loaded.Reading.Warnings)
            Log.Warning("Setting: {Warning}", SettingsReport.Line(warning));
        foreach (var warning in loaded.Shape.Warnings)
            Log.Warning("Shape: {Warning}", warning);
        if (DataVolume.Validate("/", data.Path) is { } lost)
            Log.Warning("Data directory is not kept: {Reason}", lost);
    }

    private static async Task<int> RunHostAsync(
        LoadShaperSettings settings, LoadedConfiguration loaded, DataDirectory data, JournalFile journal, JournalLoss? loss, DateTimeOffset now,
        InstanceLock? instance, CancellationToken stop, Func<string?>? signal)
    {
        Exception? fatal = null;
        var started = new DaemonStarted(
            now, BuildInfo.Version, BuildInfo.Akka, loaded.Shape.Cpus,
            loaded.Reading.Values.ToDictionary(value => value.Setting.Name, value => value.Shown),
            loaded.Shape.Family);
        string Reason() => fatal is null ? signal?.Invoke() ?? "shutdown requested" : $"failure: {fatal.Message}";
        await using var app = DaemonHost.Build(settings, loaded.Shape, data, journal, loss, started, cause => fatal ??= cause, Reason, instance);
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
        {
            Log.Information("LoadShaper stopped: {Reason}", Reason());
            return ExitCode.Ok;
        }

        Log.Fatal(fatal, "Daemon failed; exiting");
        return ExitCode.Failure;
    }

    private static (InstanceLock? Instance, string? Problem) Lock(DataDirectory data)
    {
        try
        {
            return InstanceLock.TryAcquire(data.Path) is { } instance
                ? (instance, null)
                : (null, $"another LoadShaper runs on {data.Path}. Fix: stop it, or set PERSISTENCE_DIR to another directory; in Kubernetes use a hostPath of each node, not one claim for several pods.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"{Path.Combine(data.Path, InstanceLock.FileName)} cannot be locked: {e.Message} Fix: {DataDirectory.OwnerFix(data.Path)}.");
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
            return (null, JournalRefusal(data.JournalPath, e));
        }
    }

    internal static string JournalRefusal(string path, Exception e) =>
        $"PERSISTENCE_DIR: {DatabaseAdvice.Found(path, e)} Fix: {DatabaseAdvice.Fix(path, e)}.";

    private static int Refuse(TextWriter error, string problem)
    {
        error.WriteLine(problem.TrimEnd('\n'));
        return ExitCode.Config;
    }
}
