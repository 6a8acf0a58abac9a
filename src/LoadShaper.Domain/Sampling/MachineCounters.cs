using LoadShaper.Domain.Sampling.Proc;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Sampling;

/// <summary>What the kernel counted up to one moment. What could not be read is null.</summary>
/// <param name="Clock">The monotonic clock.</param>
/// <param name="OwnCpu">CPU time of this process.</param>
/// <param name="Burning">The workers' threads by their ids.</param>
public sealed record MachineCounters(
    TimeSpan Clock,
    ProcStat? Stat,
    MemoryReading? Memory,
    NetworkCounters? Network,
    ProcLoadavg? Load,
    PressureReading? Pressure,
    TimeSpan? OwnCpu,
    IReadOnlyDictionary<int, ThreadCounters> Burning)
{
    /// <summary>The sample of the period from <paramref name="before"/> until now.</summary>
    /// <param name="at">Now, UTC.</param>
    /// <param name="ownLoad">Our part of the load average, this period folded in.</param>
    public Sample Since(MachineCounters before, DateTimeOffset at, RunnableAverage ownLoad)
    {
        var (cpu, impossible) = CpuSince(before);
        return new Sample(
            at,
            Clock - before.Clock,
            Stat?.CpuCount ?? before.Stat?.CpuCount ?? 1,
            cpu,
            Memory,
            NetworkSince(before),
            Load is { } load
                ? new LoadReading(load.OneMinute, load.FiveMinutes, load.FifteenMinutes, ownLoad.LeaveOut(load.OneMinute))
                : null,
            Pressure,
            RunDelaySince(before),
            impossible | ImpossibleSince(before));
    }

    /// <summary>How long our threads ran or waited to run since then, taken together.</summary>
    public TimeSpan RunnableSince(MachineCounters before) =>
        BurningSince(before) + (RunDelaySince(before)?.Waited ?? TimeSpan.Zero);

    private (CpuReading? Reading, ImpossibleCounters Impossible) CpuSince(MachineCounters before)
    {
        var elapsed = Clock - before.Clock;
        if (Stat is null || before.Stat is null || elapsed <= TimeSpan.Zero)
            return (null, ImpossibleCounters.None);
        // A CPU that came or went was counted for a part of the period.
        var (bounded, impossible) = CounterPolicy.Bound(
            Stat.All.Since(before.Stat.All), elapsed, Math.Max(Stat.CpuCount, before.Stat.CpuCount));
        if (bounded is not { Sum: > 0 } ticks)
            return (null, impossible);

        // Without our own figure our load counts as foreign: the side of less load.
        var burning = BurningSince(before);
        var own = OwnSince(before) ?? burning;
        var available = elapsed * Stat.CpuCount;
        return (new CpuReading(
            Percent.Clamp(100.0 * ticks.Busy / ticks.Sum),
            Percent.Clamp(100.0 * ticks.BusyWithoutSteal / ticks.Sum),
            Percent.Clamp(100.0 * ticks.Steal / ticks.Sum),
            Percent.Clamp(100 * (own / available)),
            Percent.Clamp(100 * (burning / available))), impossible);
    }

    private NetworkReading? NetworkSince(MachineCounters before)
    {
        var seconds = (Clock - before.Clock).TotalSeconds;
        if (Network is not { } now || before.Network is not { } then || now.Interface != then.Interface || seconds <= 0)
            return null;

        // An interface that came up again counts from 0.
        if (now.Bytes.Received < then.Bytes.Received || now.Bytes.Sent < then.Bytes.Sent)
            return null;
        if (!IsPossible(now.Bytes, then.Bytes, Clock - before.Clock))
            return null;
        return new NetworkReading(
            now.Interface,
            BitRate.FromBits(8.0 * (now.Bytes.Received - then.Bytes.Received) / seconds),
            BitRate.FromBits(8.0 * (now.Bytes.Sent - then.Bytes.Sent) / seconds),
            now.Link,
            now.Source);
    }

    private TimeSpan BurningSince(MachineCounters before)
    {
        TimeSpan ran = TimeSpan.Zero, isNew = TimeSpan.Zero;
        foreach (var (id, now) in Burning)
            if (!before.Burning.TryGetValue(id, out var then))
                isNew += now.Ran;
            else if (now.Ran > then.Ran && now.Ran - then.Ran <= OneThread(before))
                ran += now.Ran - then.Ran;

        // A thread becomes known only in the period in which it began: all that it ran it ran in this one, and never more
        // than the process did, should it have been known before.
        if (isNew > TimeSpan.Zero && OwnSince(before) is { } own && own > ran)
            ran += isNew < own - ran ? isNew : own - ran;
        return ran;
    }

    private TimeSpan? OwnSince(MachineCounters before) =>
        OwnCpu is { } now && before.OwnCpu is { } then && now > then && now - then <= CounterPolicy.Limit(Clock - before.Clock, Cpus(before))
            ? now - then
            : null;

    private RunDelayReading? RunDelaySince(MachineCounters before)
    {
        var waited = TimeSpan.Zero;
        foreach (var (id, now) in Burning)
        {
            if (now.Waited is not { } until)
                return null;
            if (!before.Burning.TryGetValue(id, out var then) || then.Waited is not { } from || until <= from)
                continue;
            if (until - from > OneThread(before))
                return null;
            waited += until - from;
        }

        return new RunDelayReading(waited, BurningSince(before));
    }

    // What the readings above leave out, by name.
    private ImpossibleCounters ImpossibleSince(MachineCounters before)
    {
        var impossible = ImpossibleCounters.None;
        if (OwnCpu is { } own && before.OwnCpu is { } ownThen && own - ownThen > CounterPolicy.Limit(Clock - before.Clock, Cpus(before)))
            impossible |= ImpossibleCounters.OwnCpu;
        if (Network is { } network && before.Network is { } networkThen && network.Interface == networkThen.Interface
            && !IsPossible(network.Bytes, networkThen.Bytes, Clock - before.Clock))
            impossible |= ImpossibleCounters.Network;
        foreach (var (id, now) in Burning)
        {
            if (!before.Burning.TryGetValue(id, out var then))
                continue;
            if (now.Ran - then.Ran > OneThread(before))
                impossible |= ImpossibleCounters.ThreadCpu;
            if (now.Waited - then.Waited > OneThread(before))
                impossible |= ImpossibleCounters.RunDelay;
        }

        return impossible;
    }

    private static bool IsPossible(ProcNetDev now, ProcNetDev then, TimeSpan elapsed) =>
        CounterPolicy.IsPossible(now.Received - then.Received, elapsed) && CounterPolicy.IsPossible(now.Sent - then.Sent, elapsed);

    private int Cpus(MachineCounters before) => Math.Max(Stat?.CpuCount ?? 1, before.Stat?.CpuCount ?? 1);

    private TimeSpan OneThread(MachineCounters before) => CounterPolicy.Limit(Clock - before.Clock, 1);
}

/// <summary>The counters of one interface.</summary>
public readonly record struct NetworkCounters(string Interface, ProcNetDev Bytes, BitRate Link, LinkSource Source = LinkSource.Setting);

/// <summary>One of our threads since it began.</summary>
/// <param name="Ran">Its CPU time.</param>
/// <param name="Waited">How long it was kept waiting for a CPU; null where the kernel does not say.</param>
public readonly record struct ThreadCounters(TimeSpan Ran, TimeSpan? Waited);
