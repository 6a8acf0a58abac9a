namespace LoadShaper.Domain.Safety;

/// <summary>
/// How long a gate that closed repeatedly stays closed: 15 s after the second closing, doubled by each further one up to
/// 10 minutes, rounded up to the end of a UTC minute. Each 10 minutes between two closings take one doubling back.
/// A closing is never delayed.
/// </summary>
/// <param name="Repeats">Closings in quick succession before the last one; 0 for a single closing, which holds nothing.</param>
/// <param name="ClosedAt">The last closing: from open to held or closed, or from held to closed.</param>
public sealed record GateHold(int Repeats, DateTimeOffset ClosedAt)
{
    /// <summary>After this without a closing one repeat less counts; also the longest hold before rounding.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // 15 s doubled six times is beyond the longest hold.
    private const int MostRepeats = 7;

    /// <summary>When the gate may open again at the earliest; null when nothing is held.</summary>
    public DateTimeOffset? Until
    {
        get
        {
            if (Repeats <= 0)
                return null;
            var hold = First * Math.Pow(2, Repeats - 1);
            var end = (ClosedAt + (hold < Calm ? hold : Calm)).UtcTicks;
            // A minute that is open throughout counts for the idle rule; a part of one may not.
            return new DateTimeOffset((end + Minute.Ticks - 1) / Minute.Ticks * Minute.Ticks, TimeSpan.Zero);
        }
    }

    /// <summary>The hold after a closing at <paramref name="at"/>.</summary>
    /// <param name="before">The hold until then; null before the first closing.</param>
    public static GateHold Next(GateHold? before, DateTimeOffset at)
    {
        if (before is null)
            return new GateHold(0, at);
        var calm = (int)Math.Min(MostRepeats + 1, (at - before.ClosedAt).Duration() / Calm);
        return new GateHold(Math.Clamp(before.Repeats + 1 - calm, 0, MostRepeats), at);
    }

    /// <summary>Whether the gate has to stay as it is. A clock that was set holds nothing for longer than the hold is.</summary>
    public bool Holds(DateTimeOffset at) => Until is { } until && (at - ClosedAt).Duration() < until - ClosedAt;
}
