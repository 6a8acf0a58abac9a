using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit;

/// <summary>Which log events a test expects or mutes. Texts are compared without regard to case.</summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testkit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<EventFilterBase> _filters;

    public EventFilterFactory(TestKitBase testkit)
        : this(testkit, testkit.Sys)
    {
    }

    public EventFilterFactory(TestKitBase testkit, ActorSystem system)
        : this(testkit, system, [])
    {
    }

    public EventFilterFactory(TestKitBase testkit, ActorSystem actorSystem, IReadOnlyList<EventFilterBase> filters)
    {
        _testkit = testkit;
        _system = actorSystem;
        _filters = filters;
    }

    /// <summary>An error with an exception of this type or one derived from it.</summary>
    public IEventFilterApplier Exception<TException>(Regex pattern, string? source = null) where TException : Exception =>
        Exception(typeof(TException), pattern, source);

    /// <inheritdoc cref="Exception{TException}(Regex, string)"/>
    public IEventFilterApplier Exception(Type exceptionType, Regex pattern, string? source = null, bool checkInnerExceptions = false) =>
        Apply(new ErrorFilter(exceptionType, new RegexMatcher(pattern), Source(source), checkInnerExceptions));

    /// <inheritdoc cref="Exception{TException}(Regex, string)"/>
    public IEventFilterApplier Exception<TException>(
        string? message = null, string? start = null, string? contains = null, string? source = null) where TException : Exception =>
        Exception(typeof(TException), message, start, contains, source);

    /// <inheritdoc cref="Exception{TException}(Regex, string)"/>
    public IEventFilterApplier Exception(
        Type exceptionType, string? message = null, string? start = null, string? contains = null, string? source = null,
        bool checkInnerExceptions = false) =>
        Apply(new ErrorFilter(exceptionType, Text(message, start, contains), Source(source), checkInnerExceptions));

    public IEventFilterApplier Error(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Apply(new ErrorFilter(null, Text(message, start, contains), Source(source)));

    public IEventFilterApplier Error(Regex pattern, string? source = null) =>
        Apply(new ErrorFilter(null, new RegexMatcher(pattern), Source(source)));

    public IEventFilterApplier Warning(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Warning>(Text(message, start, contains), source);

    public IEventFilterApplier Warning(Regex pattern, string? source = null) => Level<Warning>(new RegexMatcher(pattern), source);

    public IEventFilterApplier Info(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Info>(Text(message, start, contains), source);

    public IEventFilterApplier Info(Regex pattern, string? source = null) => Level<Info>(new RegexMatcher(pattern), source);

    public IEventFilterApplier Debug(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Debug>(Text(message, start, contains), source);

    public IEventFilterApplier Debug(Regex pattern, string? source = null) => Level<Debug>(new RegexMatcher(pattern), source);

    /// <summary>A log event of any kind that the predicate takes.</summary>
    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Apply(new CustomEventFilter(predicate));

    /// <summary>A log event of this kind that the predicate takes.</summary>
    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate) where TLogEvent : LogEvent =>
        Apply(new CustomEventFilter(e => e is TLogEvent typed && predicate(typed)));

    /// <summary>Any message that nobody could receive.</summary>
    public IEventFilterApplier DeadLetter() => Letter(null, null);

    /// <summary>A message of this type that nobody could receive; the source is the path it was sent to.</summary>
    public IEventFilterApplier DeadLetter<TMessage>(string? source = null) => Letter(d => d.Message is TMessage, source);

    /// <inheritdoc cref="DeadLetter{TMessage}(string)"/>
    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string? source = null) =>
        Letter(d => d.Message is TMessage message && isMatch(message), source);

    /// <inheritdoc cref="DeadLetter{TMessage}(string)"/>
    public IEventFilterApplier DeadLetter(Type type, string? source = null) =>
        Letter(d => type.IsInstanceOfType(d.Message), source);

    private static IStringMatcher Text(string? message, string? start, string? contains) =>
        message is not null ? new EqualsString(message)
        : start is not null ? new StartsWithString(start)
        : contains is not null ? new ContainsString(contains)
        : MatchesAll.Instance;

    private static IStringMatcher? Source(string? source) => source is null ? null : new EqualsStringAndPathMatcher(source);

    private IEventFilterApplier Level<TEvent>(IStringMatcher text, string? source) where TEvent : LogEvent =>
        Apply(new LevelFilter<TEvent>(text, Source(source)));

    private IEventFilterApplier Letter(Predicate<DeadLetter>? isMatch, string? source) =>
        Apply(new DeadLettersFilter(Source(source), isMatch));

    private IEventFilterApplier Apply(EventFilterBase filter) =>
        new InternalEventFilterApplier(_testkit, _system, [.. _filters, filter]);
}
