using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory;

/// <summary>What our own cgroup and those above it still let us take. Percentages stay shares of the machine.</summary>
/// <param name="Limit">The limit that leaves the least room: memory.max or memory.high (v2), limit_in_bytes (v1).</param>
/// <param name="Room">That limit less the working set (usage without inactive file pages) of the cgroup that sets it.</param>
/// <param name="Over">By how much the working set exceeds the limit, as it may after the limit was lowered; null when it does not.</param>
public sealed record CgroupMemory(ByteSize Limit, ByteSize Room, ByteSize? Over = null)
{
    /// <summary>What stays free under a limit, so that the daemon and its neighbours in the cgroup do not reach it.</summary>
    public ByteSize Headroom => ByteSize.Max(ByteSize.FromMiB(64), ByteSize.FromBytes(Limit.Bytes / 20));
}
