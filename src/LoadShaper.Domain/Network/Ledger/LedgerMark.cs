namespace LoadShaper.Domain.Network.Ledger;

/// <summary>
/// How much of the reservation of a ledger entry may have been sent. Raised before the traffic is allowed, so that after a kill this
/// part counts as sent, and not the whole reservation. The entry is known by its totals; a mark of another entry says nothing.
/// </summary>
/// <param name="Used">At most <paramref name="Reserved"/>.</param>
public sealed record LedgerMark(DateOnly Month, Traffic Sent, Traffic Reserved, Traffic Used)
{
    public static LedgerMark For(LedgerState entry, Traffic used) => new(entry.Month, entry.Sent, entry.Reserved, used);

    public bool IsOf(LedgerState entry) => (Month, Sent, Reserved) == (entry.Month, entry.Sent, entry.Reserved);
}
