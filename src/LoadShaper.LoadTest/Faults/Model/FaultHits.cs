namespace LoadShaper.LoadTest.Faults.Model;

/// <summary>How often each fault happened under one rule or policy. Written by one thread, read by any.</summary>
public sealed class FaultHits
{
    public long Connections;
    public long Segments;
    public long Lost;
    public long Corrupted;
    public long Duplicated;
    public long Reordered;
    public long Overflowed;
    public long Refused;
    public long Resets;
    public long HalfOpened;
    public long Stalled;
    public long Limited;
    public long DnsQueries;
    public long DnsUnanswered;
    public long DnsNxDomain;
    public long DnsServFail;

    /// <summary>Name and value of every counter that is not zero.</summary>
    public IReadOnlyList<(string Name, long Value)> NonZero()
    {
        (string, long)[] all =
        [
            ("connections", Connections), ("segments", Segments), ("lost", Lost), ("corrupted", Corrupted), ("duplicated", Duplicated), ("reordered", Reordered),
            ("overflowed", Overflowed), ("refused", Refused), ("resets", Resets), ("half_open", HalfOpened), ("stalled", Stalled), ("limited", Limited),
            ("dns_queries", DnsQueries), ("dns_unanswered", DnsUnanswered), ("dns_nxdomain", DnsNxDomain), ("dns_servfail", DnsServFail),
        ];
        return [.. all.Where(c => c.Item2 > 0)];
    }
}
