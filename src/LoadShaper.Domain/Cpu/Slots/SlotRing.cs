namespace LoadShaper.Domain.Cpu.Slots;

/// <summary>Which slots of the last 24 hours were high, and which were seen at all. A value: adding makes another ring.</summary>
/// <param name="Duration">Length of a slot.</param>
/// <param name="Last">Index of the newest slot in the ring; meaningless while nothing was seen.</param>
/// <param name="Seen">A bit a slot, by slot index modulo the ring's size.</param>
/// <param name="High">A bit a slot, in the same order.</param>
public sealed record SlotRing(TimeSpan Duration, long Last, byte[] Seen, byte[] High)
{
    public static SlotRing Empty(TimeSpan duration)
    {
        var bytes = (SizeOf(duration) + 7) / 8;
        return new SlotRing(duration, -1, new byte[bytes], new byte[bytes]);
    }

    public int Size => SizeOf(Duration);

    public int SeenCount => Ones(Seen);

    public int HighCount => Ones(High);

    /// <summary>Share of high slots among those seen, percent; 0 when none was seen.</summary>
    public double Exceedance
    {
        get
        {
            var seen = SeenCount;
            return seen == 0 ? 0 : 100.0 * HighCount / seen;
        }
    }

    /// <summary>The ring at the end of slot <paramref name="index"/>; slots between it and the last one were not seen.</summary>
    public SlotRing Push(long index, bool? high)
    {
        if (index <= Last)
            return this;
        var (seen, bits) = ((byte[])Seen.Clone(), (byte[])High.Clone());
        for (var i = Math.Max(Last + 1, index - Size + 1); i <= index; i++)
        {
            Set(seen, i, i == index && high is not null);
            Set(bits, i, i == index && high is true);
        }

        return this with { Last = index, Seen = seen, High = bits };
    }

    /// <summary>The ring as it was at the start of slot <paramref name="index"/>, as far as it still knows.</summary>
    public SlotRing BackTo(long index)
    {
        if (Last - index >= Size)
            return Empty(Duration);
        var (seen, bits) = ((byte[])Seen.Clone(), (byte[])High.Clone());
        for (var i = index; i <= Last; i++)
        {
            Set(seen, i, false);
            Set(bits, i, false);
        }

        return this with { Last = index - 1, Seen = seen, High = bits };
    }

    public bool Equals(SlotRing? other) =>
        other is not null && Duration == other.Duration && Last == other.Last
        && Seen.AsSpan().SequenceEqual(other.Seen) && High.AsSpan().SequenceEqual(other.High);

    public override int GetHashCode() => HashCode.Combine(Duration, Last);

    private static int SizeOf(TimeSpan duration) => (int)Math.Max(1, TimeSpan.FromDays(1) / duration);

    private static int Ones(byte[] bits)
    {
        var ones = 0;
        foreach (var b in bits)
            ones += int.PopCount(b);
        return ones;
    }

    private void Set(byte[] bits, long index, bool on)
    {
        var i = (int)(index % Size);
        if (on)
            bits[i / 8] |= (byte)(1 << i % 8);
        else
            bits[i / 8] &= (byte)~(1 << i % 8);
    }
}
