using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit;

/// <summary>A logger to standard output that lets tests take log events, dead letters included, out of the log.</summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<IEventFilter> _filters = [];

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                foreach (var type in new[] { typeof(Mute), typeof(Unmute), typeof(DeadLetter), typeof(UnhandledMessage) })
                    initialize.LoggingBus.Subscribe(Self, type);
                // Answers, and so comes last: the test must not mute before it is heard.
                return base.Receive(message);
            case Mute mute:
                _filters.AddRange(mute.Filters);
                return true;
            case Unmute unmute:
                foreach (var filter in unmute.Filters)
                    _filters.Remove(filter);
                return true;
            case LogEvent logEvent:
                if (!IsTaken(logEvent))
                    Print(logEvent);
                return true;
            case DeadLetter letter:
                OnDeadLetter(letter);
                return true;
            default:
                Print(new Debug(Context.System.Name, GetType(), message));
                return true;
        }
    }

    private void OnDeadLetter(DeadLetter letter)
    {
        if (letter.Message is Terminate)
            return;
        var path = letter.Recipient.Path.ToString();
        var type = letter.Recipient.GetType();
        if (IsTaken(new Warning(path, type, letter)))
            return;
        var text = letter.Message is ISystemMessage
            ? $"Received dead system message: {letter.Message}"
            : $"Received dead letter from {letter.Sender}: {letter.Message}";
        Print(new Warning(path, type, text));
    }

    private bool IsTaken(LogEvent logEvent)
    {
        foreach (var filter in _filters)
        {
            try
            {
                if (filter.Apply(logEvent))
                    return true;
            }
            catch (Exception)
            {
                // A filter of a test that fails must not end the logger: the event goes to the log.
            }
        }

        return false;
    }
}
