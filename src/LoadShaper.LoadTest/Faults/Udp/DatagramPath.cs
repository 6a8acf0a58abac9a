using System.Buffers;
using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Loop;
using LoadShaper.LoadTest.Faults.Proxy;

namespace LoadShaper.LoadTest.Faults.Udp;

internal delegate void DatagramSink(ReadOnlySpan<byte> datagram);

/// <summary>One direction of a session: decides, holds, passes on.</summary>
internal sealed class DatagramPath(ProxyLoop loop, DatagramDecider decider, FaultDirection direction, DatagramSink send) : Timed
{
    private DatagramQueue<(byte[] Buffer, int Length)>? _queue;

    internal FaultBinding? Binding { get; set; }

    internal void Add(long now, ReadOnlySpan<byte> datagram)
    {
        var binding = Binding!;
        var faults = binding.Of(direction, now);
        var hits = binding.Hits;
        hits.Segments++;
        var fate = decider.Decide(faults);
        if (fate.Copies == 0)
        {
            hits.Lost++;
            return;
        }
        if (fate is { Delay: 0, HeldBehind: 0, Copies: 1, CorruptAt: < 0 } && faults.Rate <= 0 && _queue is not { Count: > 0 })
        {
            send(datagram);
            return;
        }
        if (fate.CorruptAt >= 0)
            hits.Corrupted++;
        if (fate.Copies > 1)
            hits.Duplicated++;
        for (var copy = 0; copy < fate.Copies; copy++)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, datagram.Length));
            datagram.CopyTo(buffer);
            if (fate.CorruptAt >= 0 && copy == 0)
                Corruption.InvertBit(buffer.AsSpan(0, datagram.Length), fate.CorruptAt);
            if ((_queue ??= new()).TryAdd(now, (buffer, datagram.Length), datagram.Length, faults, copy == 0 ? fate.Delay : fate.CopyDelay, copy == 0 ? fate.HeldBehind : 0))
                continue;
            hits.Overflowed++;
            ArrayPool<byte>.Shared.Return(buffer);
        }
        OnDue(now);
    }

    internal override void OnDue(long now)
    {
        while (_queue!.TryTake(now, out var datagram, out var late))
        {
            if (late)
                Binding!.Hits.Reordered++;
            send(datagram.Buffer.AsSpan(0, datagram.Length));
            ArrayPool<byte>.Shared.Return(datagram.Buffer);
        }
        loop.Timers.Set(this, _queue.NextDue);
    }

    internal void Close()
    {
        loop.Timers.Remove(this);
        if (_queue is not null)
            foreach (var (buffer, _) in _queue.Clear())
                ArrayPool<byte>.Shared.Return(buffer);
    }
}
