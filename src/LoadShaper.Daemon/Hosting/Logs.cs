using LoadShaper.Domain.Settings;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace LoadShaper.Daemon.Hosting;

/// <summary>LOG_FORMAT and LOG_LEVEL: one line an event on standard output.</summary>
internal static class Logs
{
    private const string Template = "{UtcTimestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {Level:u3} {Message:lj}{NewLine}{Exception}";

    public static void Configure(LogFormat format, LogLevel level)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(LevelOf(level))
            // The web server and the host speak only when something is wrong.
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning);
        Log.Logger = (format == LogFormat.Json
            ? configuration.WriteTo.Console(new JsonFormatter(renderMessage: true))
            : configuration.Enrich.With<UtcTimestamp>().WriteTo.Console(outputTemplate: Template, formatProvider: System.Globalization.CultureInfo.InvariantCulture))
            .CreateLogger();
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
