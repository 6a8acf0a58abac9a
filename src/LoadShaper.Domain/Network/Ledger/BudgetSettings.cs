using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network.Ledger;

/// <summary>NET_MONTHLY_BUDGET_GB, NET_BUDGET_VMS and NET_BUDGET_COUNTS: how much may be sent in a UTC month.</summary>
public sealed record BudgetSettings
{
    /// <summary>A gigabyte as it is billed: 10^9 bytes.</summary>
    public const long Gigabyte = 1_000_000_000;

    /// <summary>Of all VMs together; zero means no traffic.</summary>
    public ByteSize Monthly { get; init; } = ByteSize.FromBytes(1000 * Gigabyte);

    /// <summary>How many VMs share the budget in equal parts, 1 or more.</summary>
    public int Vms { get; init; } = 1;

    public BudgetScope Counts { get; init; } = BudgetScope.All;

    /// <summary>The part of this VM.</summary>
    public ByteSize Share => ByteSize.FromBytes(Monthly.Bytes / Math.Max(1, Vms));

    /// <summary>The part of the traffic that the budget counts.</summary>
    public ByteSize Counted(Traffic traffic) => Counts == BudgetScope.All ? traffic.Total : traffic.External;
}

/// <summary>NET_BUDGET_COUNTS.</summary>
public enum BudgetScope
{
    /// <summary>Every byte: a private address may be the inner end of a tunnel that is billed.</summary>
    All,

    /// <summary>Only what goes to public addresses.</summary>
    External,
}
