namespace LoadShaper.Domain.Network.Ledger;

/// <summary>How much of the month's budget is used.</summary>
public enum BudgetLevel
{
    Within,

    /// <summary>80 % or more.</summary>
    Warning,

    /// <summary>Nothing is left.</summary>
    Reached,
}

/// <summary>
/// What was sent in a UTC month. It never shows less than what was sent: what is reserved counts as sent until it is settled,
/// and a reservation is journaled before its first byte.
/// </summary>
/// <param name="Month">Its first day.</param>
/// <param name="Sent">Known to be sent.</param>
/// <param name="Reserved">May be sent; after a kill it counts as sent.</param>
/// <param name="Level">As last recorded.</param>
public sealed record LedgerState(DateOnly Month, Traffic Sent, Traffic Reserved, BudgetLevel Level)
{
    public static readonly LedgerState Start = new(DateOnly.MinValue, Traffic.None, Traffic.None, BudgetLevel.Within);

    public Traffic Counted => Sent + Reserved;

    public LedgerState Apply(LedgerEvent happened) => happened switch
    {
        TrafficReserved reserved => new LedgerState(reserved.Month, reserved.Sent, reserved.Reserved, Level),
        BudgetLevelChanged changed => this with { Level = changed.To },
        _ => this,
    };
}

/// <summary>Asks for the <see cref="LedgerState"/> that is on disk.</summary>
public sealed record LedgerWanted
{
    public static readonly LedgerWanted Instance = new();
}
