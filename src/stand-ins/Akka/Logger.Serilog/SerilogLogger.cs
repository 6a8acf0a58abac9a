#nullable disable
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Serilog.Core;
using Serilog.Core.Enrichers;

namespace Akka.Logger.Serilog;

/// <summary>Hands the actor system's log events to Serilog's global logger, as properties and not as finished text.</summary>
public class SerilogLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly ILoggingAdapter _log = Logging.GetLogger(Context.System.EventStream, "SerilogLogger");

    public SerilogLogger()
    {
        Receive<Error>(e => LoggerFor(e).Error(e.Cause, Format(e.Message), Args(e.Message)));
        Receive<Warning>(e => LoggerFor(e).Warning(e.Cause, Format(e.Message), Args(e.Message)));
        Receive<Info>(e => LoggerFor(e).Information(e.Cause, Format(e.Message), Args(e.Message)));
        Receive<Debug>(e => LoggerFor(e).Debug(e.Cause, Format(e.Message), Args(e.Message)));
        Receive<InitializeLogger>(_ =>
        {
            _log.Info("SerilogLogger started");
            Sender.Tell(new LoggerInitialized());
        });
    }

    private static string Format(object message) => message is LogMessage log ? log.Format : "{Message:l}";

    private static object[] Args(object message) => message is LogMessage log
        ? log.Parameters().Where(a => a is not PropertyEnricher).ToArray()
        : [message];

    private static global::Serilog.ILogger LoggerFor(LogEvent logEvent)
    {
        var logger = global::Serilog.Log.Logger
            .ForContext(Constants.SourceContextPropertyName, logEvent.LogClass.FullName)
            .ForContext("ActorPath", Context.Sender.Path)
            .ForContext("Timestamp", logEvent.Timestamp)
            .ForContext("LogSource", logEvent.LogSource)
            .ForContext("Thread", logEvent.Thread.ManagedThreadId.ToString("0000"));
        var enrichers = (logEvent.Message as LogMessage)?.Parameters().OfType<ILogEventEnricher>().ToList() ?? [];
        return enrichers.Count > 0 ? logger.ForContext(enrichers) : logger;
    }
}
