using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Simulation.Memory;

/// <summary>The memory of a virtual machine: what others use, what their files cache, what we hold, and the pages moved for it.</summary>
public sealed class VirtualMemory(ByteSize total, ByteSize cache)
{
    public ByteSize Total => total;

    /// <summary>Anonymous memory of other processes.</summary>
    public ByteSize Foreign { get; set; }

    public ByteSize Held { get; private set; }

    /// <summary>All that was ever taken.</summary>
    public ByteSize Taken { get; private set; }

    /// <summary>All that was ever given back.</summary>
    public ByteSize GivenBack { get; private set; }

    /// <summary>What is in use by the formula that both the policy and the reference see alike here.</summary>
    public double UsedPercent => 100.0 * (Foreign + Held).Bytes / total.Bytes;

    public void Hold(ByteSize size)
    {
        Taken += size - Held;
        GivenBack += Held - size;
        Held = size;
    }

    public MemoryReading Read()
    {
        var open = total - Foreign - Held;
        var cached = ByteSize.Min(cache, ByteSize.FromBytes(open.Bytes / 2));
        return new MemoryReading(total, open - cached, open, ByteSize.Zero, cached, ByteSize.Zero, ByteSize.Zero);
    }
}
