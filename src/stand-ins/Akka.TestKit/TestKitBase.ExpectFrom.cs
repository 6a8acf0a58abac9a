using Akka.Actor;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message must come in time, be of this type and come from this sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(duration, From<T>(sender, null, hint), hint, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next<T>(duration, From<T>(sender, null, hint), hint, false, cancellationToken);

    /// <summary>The next message must come in time from this sender and equal this one.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next(timeout, From(sender, IsEqual(message), hint), hint, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, T, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Next(timeout, From(sender, IsEqual(message), hint), hint, false, cancellationToken);

    /// <summary>The next message must come in time from this sender and match.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Next(timeout, From(sender, Matches(isMessage, hint), hint), hint, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, Predicate{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Next(timeout, From(sender, Matches(isMessage, hint), hint), hint, false, cancellationToken);

    private Action<T, IActorRef> From<T>(IActorRef sender, Action<T, IActorRef>? assert, string? hint) => (m, actual) =>
    {
        _assertions.AssertEqual(
            sender, actual, "Sender does not match. Got a message from sender {0}. But expected {1} {2}", actual, sender, hint);
        assert?.Invoke(m, actual);
    };
}
