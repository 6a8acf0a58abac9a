using Akka.Actor;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message must come in time and be of this type.</summary>
    public T ExpectMsg<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(duration, null, hint, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectMsg{T}(TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(duration, null, hint, false, cancellationToken);

    /// <summary>The next message must come in time and equal this one.</summary>
    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next(timeout, IsEqual(message), hint, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectMsg{T}(T, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next(timeout, IsEqual(message), hint, false, cancellationToken);

    /// <summary>The next message must come in time, be of this type and match.</summary>
    public T ExpectMsg<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next(timeout, Matches(isMessage, hint), hint, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectMsg{T}(Predicate{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next(timeout, Matches(isMessage, hint), hint, false, cancellationToken);

    /// <summary>The next message must come in time, be of this type and pass the assertions.</summary>
    public T ExpectMsg<T>(
        Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(timeout, (m, _) => assert(m), hint, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectMsg{T}(Action{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(timeout, (m, _) => assert(m), hint, false, cancellationToken);

    /// <summary>The next message must come in time, be of this type and match together with its sender.</summary>
    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Next(timeout, Matches(isMessageAndSender, hint), hint, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectMsg{T}(Func{T, IActorRef, bool}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Next(timeout, Matches(isMessageAndSender, hint), hint, false, cancellationToken);

    /// <summary>The next message must come in time, be of this type and pass the assertions together with its sender.</summary>
    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Next(timeout, assertMessageAndSender, hint, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectMsg{T}(Action{T, IActorRef}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Next(timeout, assertMessageAndSender, hint, false, cancellationToken);

    /// <summary>The next message must come in time and equal this one by the given comparison.</summary>
    public T ExpectMsg<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Next(timeout, IsEqual(expected, comparer, hint), hint, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectMsg{T}(T, Func{T, T, bool}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Next(timeout, IsEqual(expected, comparer, hint), hint, false, cancellationToken);

    /// <summary>The next message must say that this actor, which the kit watches, has ended.</summary>
    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next(timeout, Ended(target, hint), hint, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectTerminated"/>
    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next(timeout, Ended(target, hint), hint, false, cancellationToken);

    /// <summary>No message may come for the default time of one message, or what is left of the innermost Within.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) =>
        Silence(RemainingOrDefault, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectNoMsg(CancellationToken)"/>
    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) =>
        Silence(RemainingOrDefault, false, cancellationToken);

    /// <summary>No message may come for this time.</summary>
    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        Silence(Dilated(duration), true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectNoMsg(TimeSpan, CancellationToken)"/>
    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        Silence(Dilated(duration), false, cancellationToken);

    /// <inheritdoc cref="ExpectNoMsg(TimeSpan, CancellationToken)"/>
    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsg(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    /// <inheritdoc cref="ExpectNoMsg(TimeSpan, CancellationToken)"/>
    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    private Action<T, IActorRef> IsEqual<T>(T expected) => (m, _) => _assertions.AssertEqual(expected, m);

    private Action<T, IActorRef> IsEqual<T>(T expected, Func<T, T, bool> comparer, string? hint) =>
        (m, _) => _assertions.AssertEqual(expected, m, comparer, hint ?? "");

    private Action<T, IActorRef> Matches<T>(Predicate<T> isMessage, string? hint) => Matches<T>((m, _) => isMessage(m), hint);

    private Action<T, IActorRef> Matches<T>(Func<T, IActorRef, bool> isMessageAndSender, string? hint) =>
        (m, sender) => _assertions.AssertTrue(
            isMessageAndSender(m, sender),
            "Got a message of the expected type <{0}> from {1}, but {2}. The message: {3}",
            typeof(T), sender, hint ?? "it does not match", m);

    private Action<Terminated, IActorRef> Ended(IActorRef target, string? hint) =>
        (m, _) => _assertions.AssertEqual(target, m.ActorRef, "Terminated {0}. {1}", target, hint);

    /// <summary>Takes the next message and judges it.</summary>
    private async ValueTask<T> Next<T>(
        TimeSpan? timeout, Action<T, IActorRef>? assert, string? hint, bool blocking, CancellationToken cancellationToken)
    {
        var max = RemainingOrDilated(timeout);
        var envelope = await Take(max, blocking, cancellationToken);
        if (envelope is null)
        {
            _assertions.Fail("Failed: Timeout {0} while waiting for a message of type {1} {2}", max, typeof(T), hint);
            return default!;
        }

        if (envelope.Message is not T message)
        {
            _assertions.Fail(
                "Failed: Expected a message of type {0}, but received {{{1}}} (type {2}) instead {3} from {4}",
                typeof(T), envelope.Message, envelope.Message?.GetType(), hint, envelope.Sender);
            return default!;
        }

        assert?.Invoke(message, envelope.Sender);
        return message;
    }

    private async ValueTask Silence(TimeSpan duration, bool blocking, CancellationToken cancellationToken)
    {
        var start = Now;
        var envelope = await Take(duration, blocking, cancellationToken);
        if (envelope is not null)
            _assertions.Fail("Failed: Expected no messages during {0}, instead we received {1} after {2}", duration, envelope, Now - start);
        _lastWasNoMsg = true;
    }
}
