using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Model;

namespace LoadShaper.LoadTest.Faults.Decide;

/// <summary>What will happen to one connection, decided when it is accepted.</summary>
/// <param name="Refuse">Reset at once.</param>
public sealed record ConnectionPlan(bool Refuse, ConnectionEvent? Reset, ConnectionEvent? HalfOpen, StallFaults? Stall, long? LimitBytes)
{
    public static readonly ConnectionPlan Nothing = new(false, null, null, null, null);

    private const ulong Stream = 900;

    /// <param name="strength">Of the schedule at the time of the connection, 0 to 1.</param>
    public static ConnectionPlan Decide(ConnectionFaults faults, double strength, ulong seed, long connection)
    {
        if (faults.IsNone || strength <= 0)
            return Nothing;
        bool Happens(ulong what, double probability) => Chance.Unit(seed, Stream + what, connection) < probability * strength;
        return new ConnectionPlan(
            Happens(0, faults.Refuse),
            faults.Reset is { } reset && Happens(1, reset.Probability) ? reset : null,
            faults.HalfOpen is { } half && Happens(2, half.Probability) ? half : null,
            faults.Stall is { } stall && Happens(3, stall.Start.Probability) ? stall : null,
            faults.LimitBytes);
    }
}

/// <summary>What to do about a name look-up.</summary>
public enum DnsVerdict
{
    Answer,
    NoAnswer,
    NxDomain,
    ServFail,
}

/// <summary>Decides about name look-ups.</summary>
public static class DnsDecider
{
    private const ulong Stream = 950;

    /// <param name="query">Number of the query, from 0.</param>
    public static (DnsVerdict Verdict, TimeSpan Delay) Decide(DnsFaults? faults, double strength, ulong seed, long query)
    {
        if (faults is null || strength <= 0)
            return (DnsVerdict.Answer, TimeSpan.Zero);
        var now = faults.At(strength);
        var at = Chance.Unit(seed, Stream, query);
        var verdict = at < now.Timeout ? DnsVerdict.NoAnswer
            : at < now.Timeout + now.NxDomain ? DnsVerdict.NxDomain
            : at < now.Timeout + now.NxDomain + now.ServFail ? DnsVerdict.ServFail
            : DnsVerdict.Answer;
        return (verdict, now.Delay);
    }
}
