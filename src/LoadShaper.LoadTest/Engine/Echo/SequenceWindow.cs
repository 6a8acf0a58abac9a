namespace LoadShaper.LoadTest.Engine.Echo;

internal enum Arrived
{
    First,
    Duplicate,

    /// <summary>Never sent, or so long ago that it is not known any more.</summary>
    Unknown,
}

/// <summary>Which of the last million sequence numbers of a socket came back, in 128 KiB.</summary>
internal sealed class SequenceWindow
{
    internal const int Size = 1 << 20;
    private readonly ulong[] _seen = new ulong[Size / 64];
    private long _highest;

    /// <summary>The number of the last message sent; the first is 1.</summary>
    internal long LastSent { get; private set; }

    internal long Next()
    {
        LastSent++;
        Word(LastSent) &= ~Bit(LastSent);
        return LastSent;
    }

    /// <param name="reordered">A higher number came back before (RFC 4737).</param>
    internal Arrived OnArrived(long sequence, out bool reordered)
    {
        reordered = false;
        if (sequence < 1 || sequence > LastSent || LastSent - sequence >= Size)
            return Arrived.Unknown;
        if ((Word(sequence) & Bit(sequence)) != 0)
            return Arrived.Duplicate;
        Word(sequence) |= Bit(sequence);
        reordered = sequence < _highest;
        _highest = Math.Max(_highest, sequence);
        return Arrived.First;
    }

    private ref ulong Word(long sequence) => ref _seen[(sequence & (Size - 1)) / 64];

    private static ulong Bit(long sequence) => 1UL << (int)(sequence & 63);
}
