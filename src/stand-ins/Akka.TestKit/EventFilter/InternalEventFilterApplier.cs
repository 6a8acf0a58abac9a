using Akka.Actor;
using Akka.Event;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit.Internal;

/// <summary>Counts the log events that its filters take while an action runs.</summary>
internal sealed class InternalEventFilterApplier(TestKitBase testkit, ActorSystem system, IReadOnlyList<EventFilterBase> filters)
    : IEventFilterApplier
{
    public EventFilterFactory And => new(testkit, system, filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) =>
        Run(1, null, Value(action), cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Run(1, timeout, Value(action), cancellationToken);

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) => Run(1, null, func, cancellationToken);

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Run(1, timeout, func, cancellationToken);

    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        Intercept(1, null, Value(actionAsync), false, cancellationToken);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        Intercept(1, timeout, Value(action), false, cancellationToken);

    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        Intercept(1, null, func, false, cancellationToken);

    public Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        Intercept(1, timeout, func, false, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Run(expectedCount, null, Value(action), cancellationToken);

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Run(expectedCount, timeout, Value(action), cancellationToken);

    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) =>
        Run(expectedCount, null, func, cancellationToken);

    public T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Run(expectedCount, timeout, func, cancellationToken);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        Intercept(expectedCount, null, Value(actionAsync), false, cancellationToken);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, TimeSpan? timeout, CancellationToken cancellationToken = default) =>
        Intercept(expectedCount, timeout, Value(actionAsync), false, cancellationToken);

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        Intercept(expectedCount, timeout, Value(action), false, cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        Intercept(expectedCount, null, func, false, cancellationToken);

    public Task<T> ExpectAsync<T>(
        int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        Intercept(expectedCount, timeout, func, false, cancellationToken);

    public void Mute(Action action, CancellationToken cancellationToken = default) =>
        Run(null, null, Value(action), cancellationToken);

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default) => Run(null, null, func, cancellationToken);

    public Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default) =>
        Intercept(null, null, Value(action), false, cancellationToken);

    public Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        Intercept(null, null, func, false, cancellationToken);

    public IUnmutableFilter Mute()
    {
        system.EventStream.Publish(new Mute(filters));
        return new Unmutable(system, filters);
    }

    private static Func<object?> Value(Action action) => () =>
    {
        action();
        return null;
    };

    private static Func<Task<object?>> Value(Func<Task> action) => async () =>
    {
        await action();
        return null;
    };

    private T Run<T>(int? expected, TimeSpan? timeout, Func<T> func, CancellationToken cancellationToken) =>
        Intercept(expected, timeout, () => Task.FromResult(func()), true, cancellationToken).GetAwaiter().GetResult();

    private async Task<T> Intercept<T>(
        int? expected, TimeSpan? timeout, Func<Task<T>> func, bool blocking, CancellationToken cancellationToken)
    {
        var max = timeout is { } given ? testkit.Dilated(given) : testkit.TestKitSettings.TestEventFilterLeeway;
        var received = 0;
        void Count(EventFilterBase filter, LogEvent logEvent) => Interlocked.Increment(ref received);

        foreach (var filter in filters)
            filter.EventMatched += Count;
        system.EventStream.Publish(new Mute(filters));
        try
        {
            var result = await func();
            if (expected is { } wanted)
            {
                bool Enough() => Volatile.Read(ref received) >= Math.Max(wanted, 1);
                if (blocking)
                    testkit.AwaitConditionNoThrow(Enough, max, cancellationToken: cancellationToken);
                else
                    await testkit.AwaitConditionNoThrowAsync(Enough, max, cancellationToken: cancellationToken);
                Judge(wanted, Volatile.Read(ref received), max);
            }

            return result;
        }
        finally
        {
            foreach (var filter in filters)
                filter.EventMatched -= Count;
            system.EventStream.Publish(new Unmute(filters));
        }
    }

    private void Judge(int wanted, int received, TimeSpan max)
    {
        var names = string.Join(", ", filters);
        if (received < wanted)
            testkit.Fail($"Timeout ({max}) while waiting for log events. Only {received} of {wanted} matched [{names}]");
        else if (received > wanted)
            testkit.Fail($"Received {received - wanted} log events too many: expected {wanted}, but {received} matched [{names}]");
    }

    private sealed class Unmutable(ActorSystem system, IReadOnlyList<EventFilterBase> filters) : IUnmutableFilter
    {
        private int _done;

        public void Unmute()
        {
            if (Interlocked.Exchange(ref _done, 1) == 0)
                system.EventStream.Publish(new Unmute(filters));
        }

        public void Dispose() => Unmute();
    }
}
