using System.Buffers;
using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Loop;
using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Proxy;

/// <summary>One direction of a TCP connection: reads, holds what was decided to come later, writes. Bounded: a full pipe stops reading.</summary>
internal sealed class StreamPipe(TcpLink link, FaultDirection direction, StreamDecider decider) : Timed
{
    private const int MostBuffered = 1 << 20;
    private const int BufferedUnderPressure = 16 * 1024;

    private readonly ProxyLoop _loop = link.Loop;
    private Queue<Chunk>? _queue;
    private int _headAt;
    private int _buffered;
    private long _heldSince = -1;
    private long _notBefore;
    private bool _paused;
    private bool _readEnded;

    private enum Ending
    {
        None,
        Fin,
        Reset,
    }

    internal LoopSocket From { get; set; } = null!;
    internal LoopSocket To { get; set; } = null!;

    /// <summary>The writing side takes nothing now (or is not connected yet).</summary>
    internal bool WriteBlocked { get; set; }

    /// <summary>Called with whether the socket is read from now.</summary>
    internal void OnReading(bool reads) => _paused |= !reads;

    /// <summary>Everything including the end was passed on.</summary>
    internal bool Finished { get; private set; }

    internal bool WantsRead => !_readEnded && _heldSince < 0 && _buffered < (_loop.Buffered < ProxyLoop.MostBuffered ? MostBuffered : BufferedUnderPressure);

    /// <summary>The link is down and nothing is read.</summary>
    internal bool IsHeld => _heldSince >= 0;

    /// <summary>And it stays down.</summary>
    internal bool IsHeldToTheEnd => IsHeld && HeapIndex < 0;

    /// <summary>The policy changed.</summary>
    internal void Release()
    {
        if (!IsHeld)
            return;
        _heldSince = -1;
        Arm();
    }

    /// <summary>Reads once.</summary>
    internal void Read(long now)
    {
        var faults = link.Binding.Of(direction, now);
        if (faults.IsDown)
        {
            Hold(now);
            return;
        }
        if (_paused)
            (_paused, _notBefore) = (false, now);
        var arrived = 0L;
        var count = (int)(faults.IsNone ? Libc.Receive(From.Fd, _loop.ReadBuffer) : Libc.ReceiveAt(From.Fd, _loop.ReadBuffer, out arrived));
        if (count < 0)
        {
            if (Libc.Errno is Errors.Again or Errors.Interrupted)
                return;
            End(Ending.Reset, now, faults);
            return;
        }
        if (count == 0)
        {
            End(Ending.Fin, now, faults);
            return;
        }
        count = link.OnRead(direction, count, now);
        if (count == 0)
            return;
        var arrival = arrived == 0 ? now : ArrivalTime.Of(_loop.Now, ProxyLoop.WallClock - arrived, _notBefore);
        var tally = decider.Decide(arrival, count, faults, link.Binding.RoundTrip(now), _loop.Pieces);
        var hits = link.Binding.Hits;
        hits.Segments += tally.Segments;
        hits.Lost += tally.Lost;
        hits.Corrupted += tally.Corrupted;
        // Nothing below reads into the shared buffer or list again before this is done.
        foreach (var piece in _loop.Pieces)
            Pass(_loop.ReadBuffer.AsSpan(piece.Offset, piece.Length), piece, now);
        Arm();
    }

    /// <summary>The end of the stream is passed on after what waits, and nothing more is read.</summary>
    internal void EndNow(long now)
    {
        if (!_readEnded)
            End(Ending.Fin, now, LinkFaults.None);
    }

    internal override void OnDue(long now)
    {
        if (_heldSince >= 0)
            _heldSince = -1;
        else
            Flush(now);
        link.Update();
    }

    internal void Flush(long now)
    {
        while (link.MayFlush && !WriteBlocked && _queue is { Count: > 0 } queue && queue.Peek() is var head && head.Release <= now)
        {
            if (head.Buffer is null)
            {
                queue.Dequeue();
                PassEnd(head.Ending);
                return;
            }
            var sent = (int)Libc.Send(To.Fd, head.Buffer.AsSpan(_headAt, head.Length - _headAt));
            if (sent < 0)
            {
                if (!OnSendFailed())
                    return;
                break;
            }
            _headAt += sent;
            Unbuffer(sent);
            if (_headAt < head.Length)
                continue;
            queue.Dequeue();
            _headAt = 0;
            ArrayPool<byte>.Shared.Return(head.Buffer);
        }
        Arm();
    }

    /// <summary>Drops what waits.</summary>
    internal void Clear()
    {
        while (_queue is { Count: > 0 } queue)
            if (queue.Dequeue().Buffer is { } buffer)
                ArrayPool<byte>.Shared.Return(buffer);
        Unbuffer(_buffered);
        _headAt = 0;
        _readEnded = true;
        _loop.Timers.Remove(this);
    }

    /// <summary>Passes on again after a stall.</summary>
    internal void Arm()
    {
        if (_heldSince >= 0)
            return;
        _loop.Timers.Set(this, link.MayFlush && !WriteBlocked && _queue is { Count: > 0 } queue ? queue.Peek().Release : long.MaxValue);
    }

    private void Pass(ReadOnlySpan<byte> data, StreamPiece piece, long now)
    {
        if (_readEnded)
            return;
        if (piece.CorruptAt < 0 && piece.Release <= now && !WriteBlocked && link.MayFlush && _queue is not { Count: > 0 })
        {
            var sent = (int)Libc.Send(To.Fd, data);
            if (sent == data.Length)
                return;
            if (sent < 0 && !OnSendFailed())
                return;
            data = data[Math.Max(sent, 0)..];
            // A part was taken: the kernel's buffer is full.
            WriteBlocked = true;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(buffer);
        if (piece.CorruptAt >= 0)
            Corruption.InvertBit(buffer.AsSpan(0, data.Length), piece.CorruptAt);
        (_queue ??= new Queue<Chunk>()).Enqueue(new Chunk(buffer, data.Length, piece.Release, Ending.None));
        _buffered += data.Length;
        _loop.Buffered += data.Length;
    }

    private void End(Ending ending, long now, LinkFaults faults)
    {
        _readEnded = true;
        (_queue ??= new Queue<Chunk>()).Enqueue(new Chunk(null, 0, decider.DecideEnd(now, faults), ending));
        Flush(now);
    }

    private void PassEnd(Ending ending)
    {
        if (ending == Ending.Reset)
        {
            link.Close(reset: true);
            return;
        }
        Finished = true;
        if (To.IsOpen)
            _ = Libc.Shutdown(To.Fd, Libc.ShutdownWrite);
        link.OnFinished();
    }

    /// <returns>False: the connection is gone.</returns>
    private bool OnSendFailed()
    {
        if (Libc.Errno is Errors.Again or Errors.Interrupted)
        {
            WriteBlocked = true;
            return true;
        }
        link.Close(reset: true);
        return false;
    }

    // A dead link: the data stays in the sender's kernel, as it would, until the first retransmission after the link is back.
    private void Hold(long now)
    {
        _heldSince = now;
        _loop.Timers.Set(this, LinkDown.ResumeAt(now, link.Binding.NextChange(now), link.Binding.RoundTrip(now)));
        link.Binding.Hits.Stalled++;
    }

    private void Unbuffer(int bytes)
    {
        _buffered -= bytes;
        _loop.Buffered -= bytes;
    }

    private readonly record struct Chunk(byte[]? Buffer, int Length, long Release, Ending Ending);
}

internal static class Corruption
{
    /// <param name="at">0 to 1: which bit.</param>
    internal static void InvertBit(Span<byte> data, double at)
    {
        if (data.IsEmpty)
            return;
        var bit = (long)(at * data.Length * 8);
        data[(int)(bit / 8)] ^= (byte)(1 << (int)(bit % 8));
    }
}
