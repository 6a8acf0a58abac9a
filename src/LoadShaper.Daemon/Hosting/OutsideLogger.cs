using Akka.Event;
using Serilog.Events;
using LogEvent = Akka.Event.LogEvent;

namespace LoadShaper.Daemon.Hosting;

/// <summary>
/// What Akka logs before its loggers start and after they stop. Akka's own class writes to standard output itself, and waits
/// for it: with output that is not read the process would not end.
/// </summary>
internal sealed class OutsideLogger : MinimalLogger
{
    protected override void Log(object message)
    {
        if (message is LogEvent logged)
            Serilog.Log.Write(LevelOf(logged.LogLevel()), logged.Cause, "{AkkaMessage:l}", logged.Message);
    }

    private static LogEventLevel LevelOf(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => LogEventLevel.Debug,
        LogLevel.InfoLevel => LogEventLevel.Information,
        LogLevel.WarningLevel => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };
}
