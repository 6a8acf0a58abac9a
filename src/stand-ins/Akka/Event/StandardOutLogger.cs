#nullable disable
using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Event;

/// <summary>Writes log events to standard output, at once and without an actor: for start and stop.</summary>
public class StandardOutLogger : MinimalActorRef
{
    private static readonly object Gate = new();

    public static ConsoleColor DebugColor { get; set; } = ConsoleColor.Gray;

    public static ConsoleColor InfoColor { get; set; } = ConsoleColor.White;

    public static ConsoleColor WarningColor { get; set; } = ConsoleColor.Yellow;

    public static ConsoleColor ErrorColor { get; set; } = ConsoleColor.Red;

    public static bool UseColors { get; set; } = true;

    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/StandardOutLogger");

    public override LocalActorRefProvider Provider => throw new NotSupportedException("This logger does not provide.");

    protected override void TellInternal(object message, IActorRef sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        var (text, color) = message is LogEvent logged ? (Text(logged), ColorOf(logged.LogLevel())) : (message.ToString(), null);
        lock (Gate)
        {
            // Setting a colour on a redirected output would write escape codes into a file.
            var colored = UseColors && color is not null && !Console.IsOutputRedirected;
            if (colored) Console.ForegroundColor = color.Value;
            Console.WriteLine(text);
            if (colored) Console.ResetColor();
        }
    }

    private static ConsoleColor? ColorOf(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => DebugColor,
        LogLevel.InfoLevel => InfoColor,
        LogLevel.WarningLevel => WarningColor,
        _ => ErrorColor,
    };

    private static string Text(LogEvent logged)
    {
        try
        {
            return logged.ToString();
        }
        catch (FormatException e)
        {
            var message = logged.Message is LogMessage parts ? $" str=[{parts.Format}], args=[{parts.Unformatted()}]" : logged.Message;
            return $"[ERROR][{logged.Timestamp}][{logged.LogSource}] Encountered System.FormatException while recording log: {e.Message}{message}" +
                " Please take a look at the logging call where this occurred and fix your format string.";
        }
    }
}

/// <summary>Marks a logger by the mailbox that it asks for; here every mailbox serves.</summary>
public interface ILoggerMessageQueueSemantics;

/// <summary>The logger where none is configured: standard output.</summary>
public class DefaultLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private StandardOutLogger _standardOut;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                _standardOut = Context.System.Settings.StdoutLogger;
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logged:
                Print(logged);
                return true;
            default:
                return false;
        }
    }

    protected virtual void Print(LogEvent logEvent) => _standardOut.Tell(logEvent);
}
