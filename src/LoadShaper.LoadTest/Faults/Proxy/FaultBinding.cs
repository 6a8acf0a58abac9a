using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Proxy;

/// <summary>A policy as it applies to the connections of a rule: its strength now, and its counters. Used on the loop's thread.</summary>
internal sealed class FaultBinding(string name, FaultPolicy policy, ulong seed, FaultHits? hits = null)
{
    private double _strength = double.NaN;
    private LinkFaults _uplink = policy.Uplink;
    private LinkFaults _downlink = policy.Downlink;

    /// <summary>Of the rule, or of the policy where a proxy names it.</summary>
    internal string Name => name;
    internal FaultPolicy Policy => policy;
    internal ulong Seed => seed;
    internal FaultHits Hits { get; } = hits ?? new();

    internal LinkFaults Of(FaultDirection direction, long now)
    {
        Update(now);
        return direction == FaultDirection.Uplink ? _uplink : _downlink;
    }

    /// <summary>In steps of half a percent, so that a ramp does not make new values for every segment.</summary>
    internal double Strength(long now) =>
        policy.Schedule is { } schedule ? Math.Round(schedule.StrengthAt(TimeSpan.FromTicks(now / Delays.NanosecondsPerTick)) * 200) / 200 : 1;

    /// <summary><see cref="long.MaxValue"/>: never.</summary>
    internal long NextChange(long now) =>
        policy.Schedule?.NextChange(TimeSpan.FromTicks(now / Delays.NanosecondsPerTick)) is { } at ? at.Ticks * Delays.NanosecondsPerTick : long.MaxValue;

    /// <summary>Nanoseconds of latency of both directions.</summary>
    internal long RoundTrip(long now)
    {
        Update(now);
        return (_uplink.Latency + _downlink.Latency).Ticks * Delays.NanosecondsPerTick;
    }

    private void Update(long now)
    {
        if (policy.Schedule is null)
            return;
        var strength = Strength(now);
        if (strength == _strength)
            return;
        _strength = strength;
        (_uplink, _downlink) = (policy.Uplink.At(strength), policy.Downlink.At(strength));
    }
}

/// <summary>Which binding a target has now; asked again after <see cref="Version"/> changed.</summary>
internal interface IFaultBindings
{
    int Version { get; }

    FaultBinding Find(ProxySettings proxy, FaultTarget target);

    /// <summary>Whether a rule may apply by the address of the upstream, so that a name has to be looked up first.</summary>
    bool NeedsAddress(ProxySettings proxy);
}
