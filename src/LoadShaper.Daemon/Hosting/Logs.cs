using LoadShaper.Domain.Settings;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;
using Serilog.Sinks.Async;

namespace LoadShaper.Daemon.Hosting;

/// <summary>
/// LOG_FORMAT and LOG_LEVEL: one line an event on standard output, written by a thread of its own. When standard output is
/// not read, lines are dropped and counted; nothing else waits for it, not even the exit.
/// </summary>
internal static class Logs
{
    private const string Template = "{UtcTimestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {Level:u3} {Message:lj}{NewLine}{Exception}";

    // A few minutes of everything that is logged, and about 2 MB at most.
    private const int LinesKept = 2000;

    private static readonly OutputMonitor Output = new();

    /// <summary>Lines that were dropped since the start.</summary>
    public static long DroppedLines => Output.Dropped;

    /// <summary>Whether lines are being written: a report of dropped ones would not be dropped itself.</summary>
    public static bool HasRoom => Output.Waiting < LinesKept / 2;

    public static void Configure(LogFormat format, LogLevel level)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(LevelOf(level))
            // The web server and the host report only what is wrong.
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            // A line for each connection beyond the limit, thousands a second in a flood; /metrics counts them.
            .MinimumLevel.Override("Microsoft.AspNetCore.Server.Kestrel.Connections", LogEventLevel.Error)
            // Its notice names a type of Akka as the reason; the log ends with the real one.
            .MinimumLevel.Override("Akka.Actor.CoordinatedShutdown", LogEventLevel.Warning);
        if (format == LogFormat.Text)
            configuration.Enrich.With<UtcTimestamp>();
        Log.Logger = configuration
            .WriteTo.Async(output => WriteTo(output, format), bufferSize: LinesKept, blockWhenFull: false, monitor: Output)
            .CreateLogger();
    }

    /// <summary>Writes what is waiting. What standard output does not take within <paramref name="budget"/> is dropped.</summary>
    public static async Task CloseAsync(TimeSpan budget)
    {
        try
        {
            await Task.Run(Log.CloseAndFlush).WaitAsync(budget);
        }
        catch (TimeoutException)
        {
            // The process ends with the thread that still waits.
        }
    }

    private static void WriteTo(LoggerSinkConfiguration output, LogFormat format)
    {
        if (format == LogFormat.Json)
            output.Console(new JsonFormatter(renderMessage: true));
        else
            output.Console(outputTemplate: Template, formatProvider: System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed class OutputMonitor : IAsyncLogEventSinkMonitor
    {
        private volatile IAsyncLogEventSinkInspector? _inspector;
        private long _droppedBefore;

        public long Dropped => Interlocked.Read(ref _droppedBefore) + (_inspector?.DroppedMessagesCount ?? 0);

        public int Waiting => _inspector?.Count ?? 0;

        public void StartMonitoring(IAsyncLogEventSinkInspector inspector) => _inspector = inspector;

        public void StopMonitoring(IAsyncLogEventSinkInspector inspector)
        {
            Interlocked.Add(ref _droppedBefore, inspector.DroppedMessagesCount);
            _inspector = null;
        }
    }

    // Serilog's own is in the machine's time zone.
    private sealed class UtcTimestamp : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) =>
            logEvent.AddPropertyIfAbsent(new LogEventProperty(nameof(UtcTimestamp), new ScalarValue(logEvent.Timestamp.UtcDateTime)));
    }

    private static LogEventLevel LevelOf(LogLevel level) => level switch
    {
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Error => LogEventLevel.Error,
        _ => LogEventLevel.Information,
    };
}
