using System.Runtime.CompilerServices;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message must come in time and equal one of these.</summary>
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        AnyOf(messages, true, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExpectMsgAnyOf"/>
    public ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        AnyOf(messages, false, cancellationToken);

    /// <summary>The next messages must come in time and equal these, in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) => ExpectMsgAllOf((IReadOnlyCollection<T>)messages);

    /// <inheritdoc cref="ExpectMsgAllOf{T}(T[])"/>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Collect(AllOf(RemainingOrDefault, messages, true, cancellationToken));

    /// <inheritdoc cref="ExpectMsgAllOf{T}(T[])"/>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages) =>
        ExpectMsgAllOf(max, (IReadOnlyCollection<T>)messages);

    /// <inheritdoc cref="ExpectMsgAllOf{T}(T[])"/>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        return Collect(AllOf(Dilated(max), messages, true, cancellationToken));
    }

    /// <inheritdoc cref="ExpectMsgAllOf{T}(T[])"/>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        AllOf(RemainingOrDefault, messages, false, cancellationToken);

    /// <inheritdoc cref="ExpectMsgAllOf{T}(T[])"/>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        return AllOf(Dilated(max), messages, false, cancellationToken);
    }

    private async ValueTask<T> AnyOf<T>(IEnumerable<T> messages, bool blocking, CancellationToken cancellationToken)
    {
        var wanted = messages.ToList();
        var max = RemainingOrDefault;
        var message = (await Take(max, blocking, cancellationToken))?.Message;
        _assertions.AssertTrue(
            message is not null, "Timeout {0} during waiting for ExpectMsgAnyOf waiting for ({1})", max, string.Join(", ", wanted));
        _assertions.AssertTrue(message is T found && wanted.Contains(found), "ExpectMsgAnyOf found unexpected {0}", message);
        return (T)message!;
    }

    private async IAsyncEnumerable<T> AllOf<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, bool blocking, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var missing = messages.ToList();
        var unexpected = new List<object>();
        await foreach (var item in Messages(messages.Count, max, blocking, cancellationToken))
        {
            if (item is not T message)
            {
                unexpected.Add(item);
                continue;
            }

            if (!missing.Remove(message))
                unexpected.Add(item);
            yield return message;
        }

        if (missing.Count > 0 || unexpected.Count > 0)
            _assertions.Fail("not found [{0}] found unexpected [{1}]", string.Join(", ", missing), string.Join(", ", unexpected));
    }

    /// <summary>The items of a sequence that never yields to another thread.</summary>
    private static List<T> Collect<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        AddAll().GetAwaiter().GetResult();
        return list;

        async Task AddAll()
        {
            await foreach (var item in items)
                list.Add(item);
        }
    }
}
