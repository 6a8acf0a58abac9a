using System.Collections.Concurrent;

namespace Akka.TestKit.Internal;

/// <summary>
/// What the test actor got and the test has not yet taken. Any thread writes, the test alone reads.
/// The reading methods complete without yielding when <c>blocking</c> is set, so that one implementation serves both the
/// synchronous and the asynchronous calls of the TestKit.
/// </summary>
internal sealed class ReceiveQueue
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly ConcurrentQueue<MessageEnvelope> _queue = new();
    private readonly SemaphoreSlim _count = new(0);

    public int Count => _queue.Count;

    public void Write(MessageEnvelope envelope)
    {
        _queue.Enqueue(envelope);
        _count.Release();
    }

    /// <summary>Takes the first message; null when none came within <paramref name="max"/> (negative: at once).</summary>
    public async ValueTask<MessageEnvelope?> Take(TimeSpan max, bool blocking, CancellationToken cancellationToken)
    {
        if (!await Await(max, blocking, cancellationToken))
            return null;
        _queue.TryDequeue(out var envelope);
        return envelope;
    }

    /// <summary>Looks at the first message and leaves it there.</summary>
    public async ValueTask<MessageEnvelope?> Peek(TimeSpan max, bool blocking, CancellationToken cancellationToken)
    {
        if (!await Await(max, blocking, cancellationToken))
            return null;
        _queue.TryPeek(out var envelope);
        _count.Release();
        return envelope;
    }

    private async ValueTask<bool> Await(TimeSpan max, bool blocking, CancellationToken cancellationToken)
    {
        if (max < TimeSpan.Zero && max != Timeout.InfiniteTimeSpan)
            return false;
        var wait = max > s_longest ? s_longest : max;
        return blocking ? _count.Wait(wait, cancellationToken) : await _count.WaitAsync(wait, cancellationToken);
    }
}
