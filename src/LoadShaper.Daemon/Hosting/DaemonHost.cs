using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Logger.Serilog;
using Akka.Persistence.Sql.Hosting;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Health;
using LoadShaper.Daemon.Memory;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Daemon.Supervision;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using LoadShaper.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;
using AkkaLogLevel = Akka.Event.LogLevel;
using LogLevel = LoadShaper.Domain.Settings.LogLevel;

namespace LoadShaper.Daemon.Hosting;

/// <summary>The process round the actor system: HTTP, signals, the order of stopping.</summary>
internal static class DaemonHost
{
    // An orchestrator waits ten seconds before it kills.
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(8);

    public static WebApplication Build(LoadShaperSettings settings, Shape shape, DataDirectory data, JournalFile journal, JournalLoss? loss, DaemonStarted started, Action<Exception> onFatal, InstanceLock? instance = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "loadshaper" });
        builder.Logging.AddSerilog(dispose: false);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownPatience);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        if (settings.Health.Enabled)
            builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
            {
                options.AddServerHeader = false;
                options.Listen(IPAddress.Parse(settings.Health.Host), settings.Health.Port);
            });
        else
            builder.Services.AddSingleton<IServer, NoServer>();

        var guard = instance is null ? null : new ProcessGuard(instance);
        if (guard is not null)
        {
            builder.Services.AddSingleton(_ => guard);
            builder.Services.AddHostedService(provider => new ProcessWatch(
                guard, instance!, settings.Sampling.ControlPeriod, onFatal, provider.GetRequiredService<IHostApplicationLifetime>()));
        }

        IActorRef health = ActorRefs.Nobody;
        builder.Services.AddAkka("loadshaper", (akka, provider) =>
        {
            akka.AddHocon(ConfigurationFactory.ParseString(ReadAkkaConf()), HoconAddMode.Prepend);
            akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.LogLevel = LevelOf(settings.LogLevel);
                loggers.AddLogger<SerilogLogger>();
            });
            akka.WithSqlPersistence(SqliteFile.ConnectionString(data.JournalPath), "SQLite.MS");
            akka.WithActors((system, registry) =>
            {
                var setup = new SupervisorSetup(
                    settings, shape, data, journal, loss,
                    CpuHardware.OfThisMachine(shape.Cpus, settings.Cpu.HighIntensity),
                    new SampleReader(new ProcFs(), settings.Network.Watch, () => LinuxClock.Monotonic),
                    MemoryMachine.Real(),
                    started,
                    Host: () => guard?.Status ?? HostStatus.Alone,
                    OnHealth: reporter => health = reporter,
                    OnFatal: cause =>
                    {
                        onFatal(cause);
                        provider.GetRequiredService<IHostApplicationLifetime>().StopApplication();
                    });
                var supervisor = system.ActorOf(Props.Create(() => new LoadShaperSupervisor(setup)), "loadshaper");
                registry.Register<LoadShaperSupervisor>(supervisor);
                CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "stop-in-order", async () =>
                {
                    await supervisor.Ask<LoadShaperSupervisor.Stopped>(new LoadShaperSupervisor.Stop("stop was asked for"), ShutdownPatience);
                    return Akka.Done.Instance;
                });
            });
        });

        var app = builder.Build();
        app.Run(context => HealthServer.AnswerAsync(context, health));
        return app;
    }

    private static string ReadAkkaConf()
    {
        using var stream = typeof(DaemonHost).Assembly.GetManifestResourceStream("akka.conf")
            ?? throw new InvalidOperationException("akka.conf is not embedded in this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static AkkaLogLevel LevelOf(LogLevel level) => level switch
    {
        LogLevel.Debug => AkkaLogLevel.DebugLevel,
        LogLevel.Warning => AkkaLogLevel.WarningLevel,
        LogLevel.Error => AkkaLogLevel.ErrorLevel,
        _ => AkkaLogLevel.InfoLevel,
    };
}
