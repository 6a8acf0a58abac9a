#nullable disable
namespace Akka.Event;

/// <summary>The words one logs with. A format without arguments is logged as it is.</summary>
public static class LoggingExtensions
{
    public static void Log(this ILoggingAdapter log, LogLevel level, string format) => log.Log(level, null, format);

    public static void Log(this ILoggingAdapter log, LogLevel level, string format, params object[] args) => log.Log(level, null, format, args);

    public static void Log(this ILoggingAdapter log, LogLevel level, Exception cause, string format, params object[] args)
    {
        if (log.IsEnabled(level)) log.Log(level, cause, new DefaultLogMessage(log.Formatter, format, args));
    }

    public static void Debug(this ILoggingAdapter log, string format)
    {
        if (log.IsDebugEnabled) log.Log(LogLevel.DebugLevel, null, format);
    }

    public static void Debug(this ILoggingAdapter log, string format, params object[] args)
    {
        if (log.IsDebugEnabled) log.Log(LogLevel.DebugLevel, null, new DefaultLogMessage(log.Formatter, format, args));
    }

    public static void Debug(this ILoggingAdapter log, Exception cause, string format)
    {
        if (log.IsDebugEnabled) log.Log(LogLevel.DebugLevel, cause, format);
    }

    public static void Debug(this ILoggingAdapter log, Exception cause, string format, params object[] args)
    {
        if (log.IsDebugEnabled) log.Log(LogLevel.DebugLevel, cause, new DefaultLogMessage(log.Formatter, format, args));
    }

    public static void Info(this ILoggingAdapter log, string format)
    {
        if (log.IsInfoEnabled) log.Log(LogLevel.InfoLevel, null, format);
    }

    public static void Info(this ILoggingAdapter log, string format, params object[] args)
    {
        if (log.IsInfoEnabled) log.Log(LogLevel.InfoLevel, null, new DefaultLogMessage(log.Formatter, format, args));
    }

    public static void Info(this ILoggingAdapter log, Exception cause, string format)
    {
        if (log.IsInfoEnabled) log.Log(LogLevel.InfoLevel, cause, format);
    }

    public static void Info(this ILoggingAdapter log, Exception cause, string format, params object[] args)
    {
        if (log.IsInfoEnabled) log.Log(LogLevel.InfoLevel, cause, new DefaultLogMessage(log.Formatter, format, args));
    }

    public static void Warning(this ILoggingAdapter log, string format)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, null, format);
    }

    public static void Warning(this ILoggingAdapter log, string format, params object[] args)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, null, new DefaultLogMessage(log.Formatter, format, args));
    }

    public static void Warning(this ILoggingAdapter log, Exception cause, string format)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, cause, format);
    }

    public static void Warning(this ILoggingAdapter log, Exception cause, string format, params object[] args)
    {
        if (log.IsWarningEnabled) log.Log(LogLevel.WarningLevel, cause, new DefaultLogMessage(log.Formatter, format, args));
    }

    public static void Error(this ILoggingAdapter log, string format)
    {
        if (log.IsErrorEnabled) log.Log(LogLevel.ErrorLevel, null, format);
    }

    public static void Error(this ILoggingAdapter log, string format, params object[] args)
    {
        if (log.IsErrorEnabled) log.Log(LogLevel.ErrorLevel, null, new DefaultLogMessage(log.Formatter, format, args));
    }

    public static void Error(this ILoggingAdapter log, Exception cause, string format)
    {
        if (log.IsErrorEnabled) log.Log(LogLevel.ErrorLevel, cause, format);
    }

    public static void Error(this ILoggingAdapter log, Exception cause, string format, params object[] args)
    {
        if (log.IsErrorEnabled) log.Log(LogLevel.ErrorLevel, cause, new DefaultLogMessage(log.Formatter, format, args));
    }
}
