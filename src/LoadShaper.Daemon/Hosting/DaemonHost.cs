using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Logger.Serilog;
using Akka.Persistence.Sql.Hosting;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Health;
using LoadShaper.Daemon.Health.Http;
using LoadShaper.Daemon.Journal;
using LoadShaper.Daemon.Memory;
using LoadShaper.Daemon.Page;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Daemon.Supervision;
using LoadShaper.Domain.Admission;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Metrics;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using LoadShaper.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Serilog;
using AkkaLogLevel = Akka.Event.LogLevel;
using LogLevel = LoadShaper.Domain.Settings.LogLevel;

namespace LoadShaper.Daemon.Hosting;

/// <summary>The process around the actor system: HTTP, the ordered stop, and the end of the process when the actors end.</summary>
internal static class DaemonHost
{
    /// <param name="onFatal">Called with the failure that ends the daemon, before the stop begins.</param>
    /// <param name="stopReason">Asked when the stop begins; the journal keeps the answer.</param>
    public static WebApplication Build(LoadShaperSettings settings, Shape shape, DataDirectory data, JournalFile journal, JournalLoss? loss, DaemonStarted started, Action<Exception> onFatal, Func<string> stopReason, InstanceLock? instance = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "loadshaper" });
        builder.Logging.AddSerilog(dispose: false);
        builder.Services.Configure<HostOptions>(options =>
        {
            options.ShutdownTimeout = StopBudget.Host;
            options.ServicesStopConcurrently = true;
        });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        if (settings.Health.Enabled)
            builder.WebHost.UseKestrelCore().ConfigureKestrel(options => HttpLimits.Apply(options, settings.Health));
        else
            builder.Services.AddSingleton<IServer, NoServer>();

        var admission = new Admission(settings.Health.Limits, TimeProvider.System, () => Environment.WorkingSet);
        var requests = new RequestGate(new AllowedHosts(MachineName(), settings.Health.AllowedHosts), admission);
        builder.Services.AddSingleton(_ => admission);
        var guard = instance is null ? null : new ProcessGuard(instance);
        if (guard is not null)
            builder.Services.AddHostedService(provider => new ProcessWatch(
                guard, instance!, settings.Sampling.ControlPeriod, onFatal, provider.GetRequiredService<IHostApplicationLifetime>()));

        builder.Services.AddAkka("loadshaper", (akka, provider) =>
        {
            akka.AddHocon(AkkaConf(), HoconAddMode.Prepend);
            akka.AddHocon(ConfigurationFactory.ParseString(StopBudget.ToHocon()), HoconAddMode.Prepend);
            akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.LogLevel = LevelOf(settings.LogLevel);
                loggers.AddLogger<SerilogLogger>();
            });
            akka.WithSqlPersistence(SqliteFile.ConnectionString(data.JournalPath), "SQLite.MS");
            akka.WithActors((system, registry) =>
            {
                var lifetime = provider.GetRequiredService<IHostApplicationLifetime>();
                void End(Exception cause)
                {
                    onFatal(cause);
                    lifetime.StopApplication();
                }

                if (JournalSerializer.Misconfiguration(system) is { } misconfigured)
                {
                    End(misconfigured);
                    return;
                }

                var setup = new SupervisorSetup(
                    settings, shape, data, journal, loss,
                    CpuHardware.OfThisMachine(shape.Cpus, settings.Cpu.HighIntensity),
                    new SampleReader(new ProcFs(), settings.Network.Watch, () => LinuxClock.Monotonic),
                    MemoryMachine.Real(),
                    started,
                    Host: () => guard?.Status ?? HostStatus.Alone,
                    Admission: admission,
                    OnHealth: reporter => registry.Register<HealthReporter>(reporter),
                    OnHistory: reporter => registry.Register<HistoryReporter>(reporter),
                    OnFatal: End);
                var supervisor = system.ActorOf(Props.Create(() => new LoadShaperSupervisor(setup)), "loadshaper");
                registry.Register<LoadShaperSupervisor>(supervisor);
                var ended = supervisor.WatchAsync();
                void EndUnlessRequested()
                {
                    if (!lifetime.ApplicationStopping.IsCancellationRequested)
                        End(new TopActorEndedException());
                }

                _ = ended.ContinueWith(_ => EndUnlessRequested(), TaskScheduler.Default);
                CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "stop-in-order", async () =>
                {
                    EndUnlessRequested();
                    // An actor that has ended does not answer.
                    await Task.WhenAny(
                        supervisor.Ask<LoadShaperSupervisor.Stopped>(new LoadShaperSupervisor.Stop(stopReason()), StopBudget.Tree), ended);
                    return Akka.Done.Instance;
                });
            });
        });

        builder.Services.AddSingleton(new PrometheusPage(
            settings, new ProgramFacts(BuildInfo.Version, BuildInfo.Akka, started.At, shape.Name, shape.Family), StorageReader.Of(data.Path, data.JournalPath)));
        builder.Services.AddSingleton(provider => new Liveness(provider.GetRequiredService<ActorSystem>()));

        // NOTIFY_SOCKET is there when a unit of Type=notify started this process.
        var systemd = new SystemdNotifier();
        if (systemd.IsEnabled)
            builder.Services.AddHostedService(provider => new SystemdService(
                systemd, provider.GetRequiredService<IHostApplicationLifetime>(), provider.GetRequiredService<Liveness>(), TimeProvider.System,
                SystemdService.WatchdogInterval(Environment.GetEnvironmentVariable, Environment.ProcessId)));

        var app = builder.Build();
        app.Use(requests.PassAsync);
        var page = new PageServer(
            new PageFacts(Environment.MachineName, shape, settings, started.At),
            new ActorPageSource(
                cancellation => app.Services.GetRequiredService<IRequiredActor<HealthReporter>>().GetAsync(cancellation),
                cancellation => app.Services.GetRequiredService<IRequiredActor<HistoryReporter>>().GetAsync(cancellation)),
            TimeProvider.System);
        app.Use((context, next) => page.AnswerAsync(context, next));
        app.Run(context => HealthServer.AnswerAsync(
            context,
            context.RequestServices.GetRequiredService<IRequiredActor<HealthReporter>>(),
            context.RequestServices.GetRequiredService<Liveness>(),
            context.RequestServices.GetRequiredService<PrometheusPage>()));
        return app;
    }

    /// <summary>What LoadShaper needs of Akka, as it is embedded in this build.</summary>
    public static Config AkkaConf()
    {
        using var stream = typeof(DaemonHost).Assembly.GetManifestResourceStream("akka.conf")
            ?? throw new InvalidOperationException("akka.conf is not embedded in this build.");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    // .NET cuts the name at its first dot.
    private static string MachineName()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/hostname").Trim();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return Environment.MachineName;
        }
    }

    private static AkkaLogLevel LevelOf(LogLevel level) => level switch
    {
        LogLevel.Debug => AkkaLogLevel.DebugLevel,
        LogLevel.Warning => AkkaLogLevel.WarningLevel,
        LogLevel.Error => AkkaLogLevel.ErrorLevel,
        _ => AkkaLogLevel.InfoLevel,
    };
}
