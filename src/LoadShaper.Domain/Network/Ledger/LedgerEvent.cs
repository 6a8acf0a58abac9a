using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network.Ledger;

/// <summary>What one entry of the ledger is made from.</summary>
/// <param name="Sent">Since the entry before.</param>
/// <param name="Wanted">To be sent next; nothing where traffic ends.</param>
/// <param name="Resumed">First entry of a run: what was reserved and not settled counts as sent.</param>
/// <param name="MonthCorrected">
/// True: the recorded month came from a clock that was far ahead; the entry returns to the month of <paramref name="At"/>.
/// Null otherwise, and in entries of earlier builds, which kept that month.
/// </param>
public sealed record LedgerInput(DateTimeOffset At, Traffic Sent, Traffic Wanted, bool Resumed = false, bool? MonthCorrected = null);

/// <summary>An entry of the traffic ledger.</summary>
public abstract record LedgerEvent(DateTimeOffset At) : IEvent;

/// <summary>What was sent is settled, and what may be sent next is reserved.</summary>
/// <param name="Month">First day of the UTC month.</param>
/// <param name="Sent">In this month so far.</param>
/// <param name="Reserved">May be sent from now on.</param>
public sealed record TrafficReserved(LedgerInput Input, DateOnly Month, Traffic Sent, Traffic Reserved) : LedgerEvent(Input.At);

/// <summary>80 % of the budget was reached, or all of it, or a new month began.</summary>
/// <param name="Counted">What the budget counts, this month.</param>
/// <param name="Budget">Of this VM.</param>
public sealed record BudgetLevelChanged(DateTimeOffset At, BudgetLevel From, BudgetLevel To, ByteSize Counted, ByteSize Budget) : LedgerEvent(At);
