using System.Numerics;

namespace LoadShaper.LoadTest.Measure;

/// <summary>A bounded queue from one engine thread to the collector, without locks and without allocation.</summary>
internal sealed class OutcomeRing
{
    private readonly Outcome[] _slots;
    private readonly int _mask;
    private PaddedIndex _write;
    private PaddedIndex _read;
    private long _readSeen;

    internal OutcomeRing(int capacity = 1 << 16)
    {
        _slots = new Outcome[BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _mask = _slots.Length - 1;
    }

    /// <summary>Times the writer found the ring full.</summary>
    internal long Stalls { get; private set; }

    internal bool IsEmpty => Volatile.Read(ref _write.Value) == Volatile.Read(ref _read.Value);

    /// <summary>Waits when the ring is full: what was measured is never dropped.</summary>
    internal void Write(in Outcome outcome)
    {
        var at = _write.Value;
        if (at - _readSeen >= _slots.Length)
            WaitForRoom(at);
        _slots[at & _mask] = outcome;
        Volatile.Write(ref _write.Value, at + 1);
    }

    internal bool TryRead(out Outcome outcome)
    {
        var at = _read.Value;
        if (at == Volatile.Read(ref _write.Value))
        {
            outcome = default;
            return false;
        }

        outcome = _slots[at & _mask];
        Volatile.Write(ref _read.Value, at + 1);
        return true;
    }

    private void WaitForRoom(long at)
    {
        _readSeen = Volatile.Read(ref _read.Value);
        if (at - _readSeen < _slots.Length)
            return;
        Stalls++;
        for (; at - _readSeen >= _slots.Length; _readSeen = Volatile.Read(ref _read.Value))
            Thread.Sleep(1);
    }

    // Writer and reader indices on cache lines of their own.
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit, Size = 128)]
    private struct PaddedIndex
    {
        [System.Runtime.InteropServices.FieldOffset(64)]
        internal long Value;
    }
}
