using System.Collections;
using System.Runtime.CompilerServices;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>Takes messages until one matches; the others are lost. Fails when the time is over.</summary>
    public object FishForMessage(
        Predicate<object> isMessage, TimeSpan? max = null, string? hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    /// <inheritdoc cref="FishForMessage(Predicate{object}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage, TimeSpan? max = null, string? hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    /// <inheritdoc cref="FishForMessage(Predicate{object}, TimeSpan?, string, CancellationToken)"/>
    public T FishForMessage<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string? hint = "", CancellationToken cancellationToken = default) =>
        Fish(isMessage, null, max, hint, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="FishForMessage(Predicate{object}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string? hint = "", CancellationToken cancellationToken = default) =>
        Fish(isMessage, null, max, hint, false, cancellationToken);

    /// <summary>As above; the messages that did not match are left in <paramref name="allMessages"/>.</summary>
    public T FishForMessage<T>(
        Predicate<T> isMessage, ArrayList? allMessages, TimeSpan? max = null, string? hint = "",
        CancellationToken cancellationToken = default) =>
        Fish(isMessage, allMessages, max, hint, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="FishForMessage{T}(Predicate{T}, ArrayList, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, ArrayList? allMessages, TimeSpan? max = null, string? hint = "",
        CancellationToken cancellationToken = default) =>
        Fish(isMessage, allMessages, max, hint, false, cancellationToken);

    /// <summary>No message of this type may come in this time; others are lost.</summary>
    public async Task FishUntilMessageAsync<T>(TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        await foreach (var message in ReceiveWhileAsync<object>(_ => true, max, cancellationToken: cancellationToken))
            _assertions.AssertFalse(message is T, "did not expect a message of type {0}", typeof(T));
    }

    /// <summary>Takes the next message; null when none comes in time, which is not a failure.</summary>
    public object? ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Take(GetTimeoutOrDefault(max), true, cancellationToken).GetAwaiter().GetResult()?.Message;

    /// <inheritdoc cref="ReceiveOne"/>
    public async ValueTask<object?> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await Take(GetTimeoutOrDefault(max), false, cancellationToken))?.Message;

    /// <summary>Takes the next message with its sender; false when none comes in time.</summary>
    public bool TryReceiveOne(out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        var taken = Take(GetTimeoutOrDefault(max), true, cancellationToken).GetAwaiter().GetResult();
        envelope = taken ?? NullMessageEnvelope.Instance;
        return taken is not null;
    }

    /// <inheritdoc cref="TryReceiveOne"/>
    public async ValueTask<(bool success, MessageEnvelope envelope)> TryReceiveOneAsync(
        TimeSpan? max, CancellationToken cancellationToken = default)
    {
        var taken = await Take(GetTimeoutOrDefault(max), false, cancellationToken);
        return (taken is not null, taken ?? NullMessageEnvelope.Instance);
    }

    /// <summary>Looks at the next message and leaves it there; null when none comes in time.</summary>
    public object? PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Peek(GetTimeoutOrDefault(max), true, cancellationToken).GetAwaiter().GetResult()?.Message;

    /// <inheritdoc cref="PeekOne(TimeSpan?, CancellationToken)"/>
    public async ValueTask<object?> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await Peek(GetTimeoutOrDefault(max), false, cancellationToken))?.Message;

    /// <summary>
    /// Takes messages as long as the filter makes something of them, for at most <paramref name="max"/> in all and
    /// <paramref name="idle"/> between two. The first that it makes null of stays.
    /// </summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhile(filter, max, null, msgs, cancellationToken);

    /// <inheritdoc cref="ReceiveWhile{T}(TimeSpan?, Func{object, T}, int, CancellationToken)"/>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhile(filter, max, idle, msgs, cancellationToken);

    /// <inheritdoc cref="ReceiveWhile{T}(TimeSpan?, Func{object, T}, int, CancellationToken)"/>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Func<object, T?> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) =>
        Collect(While(filter, max, idle, msgs, true, cancellationToken));

    /// <inheritdoc cref="ReceiveWhile{T}(TimeSpan?, Func{object, T}, int, CancellationToken)"/>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Func<object, T?> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) =>
        While(filter, max, idle, msgs, false, cancellationToken);

    /// <summary>
    /// Takes messages of this type as long as they match. The first that does not stays. Messages of other types are lost, or end
    /// it when <paramref name="shouldIgnoreOtherMessageTypes"/> is off.
    /// </summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Predicate<T> shouldContinue, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true, CancellationToken cancellationToken = default) =>
        Collect(While(shouldContinue, max, idle, msgs, shouldIgnoreOtherMessageTypes, true, cancellationToken));

    /// <inheritdoc cref="ReceiveWhile{T}(Predicate{T}, TimeSpan?, TimeSpan?, int, bool, CancellationToken)"/>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Predicate<T> shouldContinue, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true, CancellationToken cancellationToken = default) =>
        While(shouldContinue, max, idle, msgs, shouldIgnoreOtherMessageTypes, false, cancellationToken);

    /// <summary>Takes this many messages; fails when they do not all come in time.</summary>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Collect(Messages(numberOfMessages, RemainingOrDefault, true, cancellationToken));

    /// <inheritdoc cref="ReceiveN(int, CancellationToken)"/>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        return Collect(Messages(numberOfMessages, Dilated(max), true, cancellationToken));
    }

    /// <inheritdoc cref="ReceiveN(int, CancellationToken)"/>
    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Messages(numberOfMessages, RemainingOrDefault, false, cancellationToken);

    /// <inheritdoc cref="ReceiveN(int, CancellationToken)"/>
    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        return Messages(numberOfMessages, Dilated(max), false, cancellationToken);
    }

    private async ValueTask<MessageEnvelope?> Take(TimeSpan max, bool blocking, CancellationToken cancellationToken)
    {
        var envelope = await _queue.Take(max, blocking, cancellationToken);
        _lastWasNoMsg = false;
        _last = envelope ?? NullMessageEnvelope.Instance;
        return envelope;
    }

    private async ValueTask<MessageEnvelope?> Peek(TimeSpan max, bool blocking, CancellationToken cancellationToken)
    {
        var envelope = await _queue.Peek(max, blocking, cancellationToken);
        _lastWasNoMsg = false;
        _last = envelope ?? NullMessageEnvelope.Instance;
        return envelope;
    }

    private async ValueTask<T> Fish<T>(
        Predicate<T> isMessage, ArrayList? allMessages, TimeSpan? max, string? hint, bool blocking, CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(max);
        var end = Now + limit;
        allMessages?.Clear();
        while (true)
        {
            var message = (await Take(end - Now, blocking, cancellationToken))?.Message;
            _assertions.AssertTrue(message is not null, "Timeout ({0}) during fishForMessage, hint: {1}", limit, hint);
            if (message is T found && isMessage(found))
                return found;
            allMessages?.Add(message);
        }
    }

    private async IAsyncEnumerable<object> Messages(
        int count, TimeSpan max, bool blocking, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var stop = Now + max;
        for (var i = 0; i < count; i++)
        {
            var message = (await Take((stop - Now).OrZero(), blocking, cancellationToken))?.Message;
            _assertions.AssertTrue(
                message is not null, "Timeout ({0}) while expecting {1} messages. Only got {2}.", max, count, i);
            yield return message!;
        }
    }

    private async IAsyncEnumerable<T> While<T>(
        Func<object, T?> filter, TimeSpan? max, TimeSpan? idle, int count, bool blocking,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var stop = Now + RemainingOrDilated(max);
        MessageEnvelope lastTaken = NullMessageEnvelope.Instance;
        for (var taken = 0; taken < count; taken++)
        {
            var envelope = await Peek((stop - Now).OrZero().Min(idle), blocking, cancellationToken);
            if (envelope is null || filter(envelope.Message!) is not { } result)
                break;
            lastTaken = (await Take(TimeSpan.Zero, true, cancellationToken))!;
            yield return result;
        }

        _last = lastTaken;
        _lastWasNoMsg = true;
    }

    private async IAsyncEnumerable<T> While<T>(
        Predicate<T> shouldContinue, TimeSpan? max, TimeSpan? idle, int count, bool ignoreOtherTypes, bool blocking,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var stop = Now + RemainingOrDilated(max);
        MessageEnvelope lastTaken = NullMessageEnvelope.Instance;
        for (var taken = 0; taken < count;)
        {
            var envelope = await Peek((stop - Now).OrZero().Min(idle), blocking, cancellationToken);
            if (envelope is null || !(envelope.Message is T candidate ? shouldContinue(candidate) : ignoreOtherTypes))
                break;
            lastTaken = (await Take(TimeSpan.Zero, true, cancellationToken))!;
            if (envelope.Message is not T message)
                continue;
            taken++;
            yield return message;
        }

        _last = lastTaken;
        _lastWasNoMsg = true;
    }
}
