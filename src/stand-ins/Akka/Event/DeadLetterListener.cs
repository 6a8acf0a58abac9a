#nullable disable
using Akka.Actor;

namespace Akka.Event;

/// <summary>Logs dead letters and unhandled messages; after so many it pauses, so that they do not drown the log.</summary>
public class DeadLetterListener : ActorBase
{
    private readonly EventStream _stream = Context.System.EventStream;
    private readonly int _most = Context.System.Settings.LogDeadLetters;
    private readonly TimeSpan _pause = Context.System.Settings.LogDeadLettersSuspendDuration;
    private long? _pausedUntil;
    private int _count;

    protected override void PreStart()
    {
        _stream.Subscribe(Self, typeof(DeadLetter));
        _stream.Subscribe(Self, typeof(UnhandledMessage));
    }

    protected override void PostStop() => _stream.Unsubscribe(Self);

    protected override void PreRestart(Exception reason, object message)
    {
    }

    protected override void PostRestart(Exception reason)
    {
    }

    protected override bool Receive(object message)
    {
        if (message is not AllDeadLetters letter) return false;
        if (letter.Message is IDeadLetterSuppression) return true;
        _count = _count == int.MaxValue ? 1 : _count + 1;
        if (_pausedUntil is { } until)
        {
            if (Environment.TickCount64 < until) return true;
            Log(letter, $", of which {_count - _most - 1} were not logged. The counter will be reset now");
            _count = 0;
            _pausedUntil = null;
        }
        else if (_most == int.MaxValue || _count < _most)
        {
            Log(letter, "");
        }
        else if (_pause == Timeout.InfiniteTimeSpan)
        {
            Log(letter, ", no more dead letters will be logged");
            Context.Stop(Self);
        }
        else
        {
            Log(letter, $", no more dead letters will be logged in next [{_pause}]");
            _pausedUntil = Environment.TickCount64 + (long)_pause.TotalMilliseconds;
        }

        return true;
    }

    private void Log(AllDeadLetters letter, string done)
    {
        var unwrapped = WrappedMessage.Unwrap(letter.Message);
        var wrapped = letter.Message is IWrappedMessage ? $" wrapped in [{letter.Message.GetType().Name}]" : "";
        var origin = letter.Sender is null or DeadLetterActorRef ? "" : $" from {letter.Sender}";
        var what = $"Message [{unwrapped?.GetType().Name ?? "null"}]{wrapped}{origin} to {letter.Recipient}";
        var text = letter is UnhandledMessage
            ? $"{what} was unhandled. [{_count}] dead letters encountered{done}. "
            : $"{what} was not delivered. [{_count}] dead letters encountered{done}. If this is not an expected behavior then {letter.Recipient} may have terminated unexpectedly. ";
        text += "This logging can be turned off or adjusted with configuration settings 'akka.log-dead-letters' and 'akka.log-dead-letters-during-shutdown'.";
        var content = unwrapped?.ToString();
        if (content is not null && content != unwrapped.GetType().ToString()) text += $" Message content: {content}";
        _stream.Publish(new Info(letter.Recipient.Path.ToString(), letter.Recipient.GetType(), text));
    }
}
