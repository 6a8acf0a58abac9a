using System.Globalization;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Memory.Holding;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Memory;

/// <summary>An order of the daemon to the holder, one line each.</summary>
internal abstract record HolderOrder
{
    /// <summary>The first line: what to guard. Only then is anything taken.</summary>
    internal sealed record Settings(ByteSize Reserve, ByteSize Step, Percent Stop, double HysteresisPoints, TimeSpan TouchInterval) : HolderOrder
    {
        internal static Settings Of(MemorySettings all) => new(all.Reserve, all.Step, all.Stop, all.HysteresisPoints, all.TouchInterval);

        internal MemorySettings ToMemorySettings() => new()
        {
            Reserve = Reserve,
            Step = Step,
            Stop = Stop,
            HysteresisPoints = HysteresisPoints,
            TouchInterval = TouchInterval,
        };
    }

    /// <param name="Size">Less is released at once, more is taken.</param>
    /// <param name="LossesSeen">Losses that the daemon had seen; growth ordered before the last one is void.</param>
    internal sealed record Hold(ByteSize Size, int LossesSeen) : HolderOrder;

    internal string ToLine() => this switch
    {
        Settings s => string.Create(
            CultureInfo.InvariantCulture,
            $"settings {s.Reserve.Bytes} {s.Step.Bytes} {s.Stop.Value:R} {s.HysteresisPoints:R} {s.TouchInterval.TotalSeconds:R}"),
        Hold h => string.Create(CultureInfo.InvariantCulture, $"hold {h.Size.Bytes} {h.LossesSeen}"),
        _ => throw new InvalidOperationException($"no line for {GetType().Name}"),
    };

    /// <summary>Null for anything else.</summary>
    internal static HolderOrder? Parse(string line) => line.Split(' ') switch
    {
        ["settings", var reserve, var step, var stop, var hysteresis, var touch]
            when Field.Size(reserve) is { } r && Field.Size(step) is { } s && Field.Number(stop) is { } p and <= 100
                && Field.Number(hysteresis) is { } h && Field.Number(touch) is { } t and > 0 and <= 3600
            => new Settings(r, s, Percent.Of(p), h, TimeSpan.FromSeconds(t)),
        ["hold", var size, var losses] when Field.Size(size) is { } s && Field.Count(losses) is { } n => new Hold(s, n),
        _ => null,
    };
}

/// <summary>A report of the holder to the daemon, one line each.</summary>
internal abstract record HolderReport
{
    /// <summary>It waits for orders. <paramref name="Huge"/>: it takes huge pages.</summary>
    internal sealed record Ready(bool Huge) : HolderReport;

    /// <summary>What it holds, and what of it was in memory when it last looked.</summary>
    internal sealed record Holding(ByteSize Held, ByteSize Resident) : HolderReport;

    /// <summary>It released memory without an order, for the <paramref name="Count"/>th time, and holds the rest.</summary>
    internal sealed record Lost(MemoryReleaseCause Cause, ByteSize Amount, ByteSize Held, int Count) : HolderReport;

    /// <summary>It cannot take what it was ordered to.</summary>
    internal sealed record Fault(string Why) : HolderReport;

    internal string ToLine() => this switch
    {
        Ready ready => $"ready {(ready.Huge ? "huge" : "small")}",
        Holding holding => string.Create(CultureInfo.InvariantCulture, $"holding {holding.Held.Bytes} {holding.Resident.Bytes}"),
        Lost lost => string.Create(CultureInfo.InvariantCulture, $"lost {lost.Cause} {lost.Amount.Bytes} {lost.Held.Bytes} {lost.Count}"),
        Fault fault => $"fault {fault.Why.ReplaceLineEndings(" ")}",
        _ => throw new InvalidOperationException($"no line for {GetType().Name}"),
    };

    internal HolderInput ToInput() => this switch
    {
        Ready ready => new HolderInput.Ready(ready.Huge),
        Holding holding => new HolderInput.Holding(holding.Held, holding.Resident),
        Lost lost => new HolderInput.Lost(lost.Cause, lost.Amount, lost.Held, lost.Count),
        Fault fault => new HolderInput.Fault(fault.Why),
        _ => throw new InvalidOperationException($"no input for {GetType().Name}"),
    };

    /// <summary>Null for anything else.</summary>
    internal static HolderReport? Parse(string line) => line.Split(' ') switch
    {
        ["ready", "huge"] => new Ready(true),
        ["ready", "small"] => new Ready(false),
        ["holding", var held, var resident] when Field.Size(held) is { } h && Field.Size(resident) is { } r => new Holding(h, r),
        ["lost", var cause, var amount, var held, var count]
            when Enum.TryParse<MemoryReleaseCause>(cause, out var c) && Field.Size(amount) is { } a && Field.Size(held) is { } h && Field.Count(count) is { } n
            => new Lost(c, a, h, n),
        ["fault", ..] => new Fault(line["fault ".Length..]),
        _ => null,
    };
}

file static class Field
{
    internal static ByteSize? Size(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? ByteSize.FromBytes(bytes) : null;

    internal static int? Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    internal static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;
}
