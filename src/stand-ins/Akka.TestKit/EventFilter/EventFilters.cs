using Akka.Event;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit
{
    /// <summary>Takes a log event out of the log when it matches.</summary>
    public interface IEventFilter
    {
        bool Apply(LogEvent logEvent);
    }
}

namespace Akka.TestKit.Internal
{
    public delegate void EventMatched(EventFilterBase eventFilter, LogEvent logEvent);

    /// <summary>A filter by the text and the source of a log event.</summary>
    public abstract class EventFilterBase(IStringMatcher? messageMatcher, IStringMatcher? sourceMatcher) : IEventFilter
    {
        private readonly IStringMatcher _message = messageMatcher ?? MatchesAll.Instance;
        private readonly IStringMatcher _source = sourceMatcher ?? MatchesAll.Instance;

        public event EventMatched? EventMatched;

        protected abstract string FilterDescriptiveName { get; }

        public bool Apply(LogEvent logEvent)
        {
            if (!IsMatch(logEvent))
                return false;
            EventMatched?.Invoke(this, logEvent);
            return true;
        }

        public override string ToString() =>
            FilterDescriptiveName
            + (_message is MatchesAll ? "" : $" when Message {_message}")
            + (_source is MatchesAll ? "" : $" when Source {_source}");

        protected abstract bool IsMatch(LogEvent evt);

        protected bool InternalDoMatch(string source, object? message) =>
            _source.IsMatch(source) && _message.IsMatch(message?.ToString() ?? "null");
    }

    /// <summary>A log event of one level.</summary>
    public class LevelFilter<TEvent>(IStringMatcher? messageMatcher, IStringMatcher? sourceMatcher)
        : EventFilterBase(messageMatcher, sourceMatcher) where TEvent : LogEvent
    {
        protected override string FilterDescriptiveName => typeof(TEvent).Name;

        protected override bool IsMatch(LogEvent evt) => evt is TEvent && InternalDoMatch(evt.LogSource, evt.Message);
    }

    /// <summary>An error, of one kind of exception when one is named; the text is that of the log or that of the exception.</summary>
    public class ErrorFilter(
        Type? exceptionType, IStringMatcher? messageMatcher, IStringMatcher? sourceMatcher, bool recurseInnerExceptions = false)
        : EventFilterBase(messageMatcher, sourceMatcher)
    {
        protected override string FilterDescriptiveName =>
            exceptionType is null ? "Error" : $"Error with Cause <{exceptionType}>";

        protected override bool IsMatch(LogEvent evt) => evt is Error error && IsMatch(error.LogSource, error.Message, error.Cause);

        private bool IsMatch(string source, object? message, Exception? cause)
        {
            if (cause is null)
                return exceptionType is null && InternalDoMatch(source, message);
            if (exceptionType is not null && !exceptionType.IsInstanceOfType(cause))
                return recurseInnerExceptions && IsMatch(source, message, cause.InnerException);
            return InternalDoMatch(source, message)
                || InternalDoMatch(source, cause.Message)
                || (recurseInnerExceptions && IsMatch(source, message, cause.InnerException));
        }
    }

    /// <summary>A log event that the test's own predicate takes.</summary>
    public class CustomEventFilter(Predicate<LogEvent> predicate) : EventFilterBase(null, null)
    {
        protected override string FilterDescriptiveName => "Custom";

        protected override bool IsMatch(LogEvent evt) => predicate(evt);
    }

    /// <summary>A message that nobody could receive; the source is the path that it was sent to.</summary>
    public sealed class DeadLettersFilter(IStringMatcher? sourceMatcher, Predicate<DeadLetter>? isMatch)
        : EventFilterBase(null, sourceMatcher)
    {
        protected override string FilterDescriptiveName => "DeadLetter";

        protected override bool IsMatch(LogEvent evt) =>
            evt is Warning { Message: DeadLetter letter }
            && (isMatch is null || isMatch(letter))
            && InternalDoMatch(evt.LogSource, letter.Message);
    }
}
