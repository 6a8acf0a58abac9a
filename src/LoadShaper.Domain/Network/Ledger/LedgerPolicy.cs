using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network.Ledger;

/// <summary>The next entry of the ledger, and the state with it applied.</summary>
public sealed record LedgerDecision(LedgerState State, IReadOnlyList<LedgerEvent> Events);

/// <summary>
/// Keeps the ledger of a UTC month: settles what was sent, reserves what is sent next, never more than the budget leaves.
/// </summary>
public static class LedgerPolicy
{
    /// <summary>Share of the budget at which the operator is warned.</summary>
    public const double WarnAt = 0.8;

    public static LedgerDecision Decide(BudgetSettings settings, LedgerState state, LedgerInput input)
    {
        var month = MonthOf(input.At);
        // A clock that was set back does not give a used budget back.
        var isNew = month > state.Month;
        var sent = (isNew ? Traffic.None : state.Sent)
            + (input.Resumed ? isNew ? Traffic.None : state.Reserved : Traffic.None)
            + input.Sent;
        var reserved = new TrafficReserved(input, isNew || input.MonthCorrected == true ? month : state.Month, sent, Within(input.Wanted, settings, Left(settings, sent)));
        var after = state.Apply(reserved);
        var level = LevelOf(settings, after);
        if (level == after.Level)
            return new LedgerDecision(after, [reserved]);
        var changed = new BudgetLevelChanged(input.At, after.Level, level, settings.Counted(after.Sent), settings.Share);
        return new LedgerDecision(after.Apply(changed), [reserved, changed]);
    }

    /// <summary>What is left below this is not worth a reservation, and counts as nothing.</summary>
    public static readonly ByteSize SmallestLeft = ByteSize.FromBytes(100_000);

    /// <summary>By what is known to be sent, not by what is reserved.</summary>
    public static BudgetLevel LevelOf(BudgetSettings settings, LedgerState state) =>
        Left(settings, state.Sent) < SmallestLeft ? BudgetLevel.Reached
        : settings.Counted(state.Sent).Bytes >= WarnAt * settings.Share.Bytes ? BudgetLevel.Warning
        : BudgetLevel.Within;

    /// <summary>The level for a decision: a new month has its whole budget before its first entry.</summary>
    public static BudgetLevel LevelAt(LedgerState state, DateTimeOffset at) => MonthOf(at) > state.Month ? BudgetLevel.Within : state.Level;

    /// <summary>
    /// Whether the recorded month is so far ahead that the clock was wrong when it was recorded. Its totals are kept; the month is not,
    /// or traffic would share one budget until then. A clock that is set back by less may be wrong now.
    /// </summary>
    public static bool IsFarAhead(LedgerState state, DateTimeOffset at) => state.Month > MonthOf(at).AddMonths(1);

    /// <summary>First day of the UTC month.</summary>
    public static DateOnly MonthOf(DateTimeOffset at) => new(at.UtcDateTime.Year, at.UtcDateTime.Month, 1);

    /// <summary>
    /// The month's total at its end if <paramref name="rate"/> goes on; what the budget counts.
    /// </summary>
    /// <param name="rate">Mean rate of our traffic, pauses included.</param>
    public static ByteSize Forecast(BudgetSettings settings, LedgerState state, BitRate rate, DateTimeOffset at)
    {
        var end = new DateTimeOffset(MonthOf(at).AddMonths(1), TimeOnly.MinValue, TimeSpan.Zero);
        var used = MonthOf(at) > state.Month ? 0 : settings.Counted(state.Counted).Bytes;
        return ByteSize.FromBytes(used + (long)(rate.BytesPerSecond * Math.Max(0, (end - at).TotalSeconds)));
    }

    private static ByteSize Left(BudgetSettings settings, Traffic sent) => settings.Share - settings.Counted(sent);

    private static Traffic Within(Traffic wanted, BudgetSettings settings, ByteSize left)
    {
        var counted = settings.Counted(wanted);
        if (counted <= left)
            return wanted;
        var share = counted.Bytes == 0 ? 0 : (double)left.Bytes / counted.Bytes;
        var external = ByteSize.FromBytes((long)(wanted.External.Bytes * share));
        return new Traffic(external, settings.Counts == BudgetScope.All ? ByteSize.FromBytes((long)(wanted.Private.Bytes * share)) : wanted.Private);
    }
}
