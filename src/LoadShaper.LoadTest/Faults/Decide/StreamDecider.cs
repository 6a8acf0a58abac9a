using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Decide;

/// <summary>A part of the bytes that were read: it may be passed on from <paramref name="Release"/> (nanoseconds).</summary>
/// <param name="CorruptAt">Where in it a bit is inverted, 0 to 1; negative: nowhere.</param>
public readonly record struct StreamPiece(int Offset, int Length, long Release, double CorruptAt);

/// <summary>What was decided about one read, for counters.</summary>
public readonly record struct StreamTally(int Segments, int Lost, int Corrupted);

/// <summary>
/// Decides when each byte of one direction of a TCP connection is passed on. The pieces cover the input completely and in
/// order, and releases never decrease: only the time changes, and with `corrupt` a bit.
/// </summary>
public sealed class StreamDecider(ulong seed, long connection, FaultDirection direction)
{
    private readonly FaultChance _chance = new(seed, connection, direction);
    private LossProcess? _loss;
    private long _lastRelease = long.MinValue;
    private long _linkFree = long.MinValue;
    private long _lastRead = long.MinValue;

    /// <param name="roundTrip">Latency of both directions in nanoseconds, for the loss model.</param>
    /// <param name="pieces">Cleared and filled.</param>
    public StreamTally Decide(long now, int length, LinkFaults faults, long roundTrip, List<StreamPiece> pieces)
    {
        pieces.Clear();
        if (faults.IsNone)
        {
            Add(pieces, 0, length, Math.Max(now, _lastRelease), -1);
            return new StreamTally(1, 0, 0);
        }
        var size = faults.Slice is { } slice ? Math.Min(slice.Size, TcpLossModel.SegmentBytes) : TcpLossModel.SegmentBytes;
        var others = _lastRead != long.MinValue && now - _lastRead < roundTrip;
        int segments = 0, lost = 0, corrupted = 0;
        for (var offset = 0; offset < length; offset += size)
        {
            var bytes = Math.Min(size, length - offset);
            var sent = now;
            if (faults.Rate > 0)
                sent = _linkFree = Math.Max(now, _linkFree) + (long)(bytes * 8e9 / faults.Rate);
            var release = sent + Delays.Of(faults, _chance, FaultChance.Use.Jitter);
            if (faults.HasLoss && (_loss ??= new LossProcess(_chance)).IsNextLost(faults))
            {
                lost++;
                release += TcpLossModel.ExtraDelay(roundTrip, (length - offset - 1) / size, others || offset > 0, RetransmissionsLost(faults));
            }
            if (faults.Slice is { } cut && offset > 0)
                release = Math.Max(release, _lastRelease + cut.Delay.Ticks * Delays.NanosecondsPerTick);
            var corruptAt = _chance.Happens(FaultChance.Use.Corrupt, faults.Corrupt) ? _chance.Next(FaultChance.Use.Bit) : -1;
            if (corruptAt >= 0)
                corrupted++;
            segments++;
            Add(pieces, offset, bytes, Math.Max(release, _lastRelease), corruptAt, apart: faults.Slice is not null);
        }
        _lastRead = now;
        return new StreamTally(segments, lost, corrupted);
    }

    /// <summary>When the end of the stream may be passed on: it travels like a segment and overtakes nothing.</summary>
    public long DecideEnd(long now, LinkFaults faults) =>
        _lastRelease = Math.Max(_lastRelease, now + (faults.IsNone ? 0 : Delays.Of(faults, _chance, FaultChance.Use.Jitter)));

    private int RetransmissionsLost(LinkFaults faults)
    {
        var count = 0;
        while (count < 8 && _chance.Happens(FaultChance.Use.Retransmission, Math.Min(faults.ExpectedLoss, 0.99)))
            count++;
        return count;
    }

    private void Add(List<StreamPiece> pieces, int offset, int length, long release, double corruptAt, bool apart = false)
    {
        _lastRelease = release;
        if (!apart && corruptAt < 0 && pieces.Count > 0 && pieces[^1] is { CorruptAt: < 0 } last && last.Release == release)
            pieces[^1] = last with { Length = last.Length + length };
        else
            pieces.Add(new StreamPiece(offset, length, release, corruptAt));
    }
}
