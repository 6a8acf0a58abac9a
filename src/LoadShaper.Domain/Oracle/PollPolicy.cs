using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Oracle;

/// <summary>When Oracle is asked: hourly after a success, with a growing delay after failures.</summary>
public static class PollPolicy
{
    /// <summary>How far back one-minute values reach.</summary>
    public static readonly TimeSpan Furthest = TimeSpan.FromDays(7);

    // Values come late: the last two hours are asked for again.
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(2);

    private static readonly TimeSpan Period = TimeSpan.FromHours(1);
    private static readonly TimeSpan Jitter = TimeSpan.FromMinutes(10);

    /// <summary>At the start, so that many VMs that start together do not ask together.</summary>
    /// <param name="chance">0 to 1.</param>
    public static TimeSpan FirstDelay(double chance) => TimeSpan.FromSeconds(2 + 18 * chance);

    /// <param name="failures">Attempts that failed since the last success; 0 after a success.</param>
    /// <param name="chance">0 to 1.</param>
    /// <returns>Time until the next attempt.</returns>
    public static TimeSpan NextDelay(int failures, double chance) => failures switch
    {
        0 => Period,
        1 => TimeSpan.FromMinutes(5),
        2 => TimeSpan.FromMinutes(20),
        _ => Period,
    } + chance * Jitter;

    /// <summary>From when on values are asked for.</summary>
    /// <param name="newest">Start of the newest stored minute of the metric; null without one.</param>
    public static DateTimeOffset From(DateTimeOffset now, DateTimeOffset? newest)
    {
        var furthest = Slot.At(now - Furthest, TimeSpan.FromMinutes(1)).Start;
        if (newest is not { } known || known > now)
            return furthest;
        var from = known < now - Overlap ? known : now - Overlap;
        return from > furthest ? Slot.At(from, TimeSpan.FromMinutes(1)).Start : furthest;
    }
}

/// <summary>The requests of the last hour: no more than six leave this machine in any hour.</summary>
/// <param name="Sent">By the daemon's uptime, so that a step of the clock changes nothing.</param>
public sealed record RequestBudget(IReadOnlyList<TimeSpan> Sent)
{
    public const int MostAnHour = 6;

    public static readonly RequestBudget Full = new([]);

    /// <returns>The budget after one more request; null when none is left.</returns>
    public RequestBudget? Take(TimeSpan uptime)
    {
        var recent = Sent.Where(sent => uptime - sent < TimeSpan.FromHours(1)).ToList();
        return recent.Count < MostAnHour ? new RequestBudget([.. recent, uptime]) : null;
    }
}
