using System.ComponentModel;
using System.Diagnostics;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Memory;

/// <summary>
/// Holds what it is ordered to hold, releases what others need without an order, and ends with the daemon. One thread; runs in
/// a process of its own, or in the daemon where none can be started.
/// </summary>
internal sealed class Holder(IHolderLine line, Func<MemorySettings, MemoryWatch> watch, bool huge)
{
    private static readonly TimeSpan BetweenChunks = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    // With the wait for the next look still under half of HolderPolicy.ReportLimit.
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(700);

    private readonly long _start = Stopwatch.GetTimestamp();
    private ByteSize _order = ByteSize.Zero;
    private ByteSize _resident = ByteSize.Zero;
    private TimeSpan _nextReport;
    private int _losses;

    /// <summary>Until the daemon is gone.</summary>
    internal void Run()
    {
        line.Send(new HolderReport.Ready(huge));
        if (AwaitSettings() is not ({ } settings, { } orders))
            return;

        using var machine = watch(settings);
        using var pages = new HeldPages(settings.Step, huge);
        var round = new TouchRound(pages, settings.TouchInterval);
        var nextLook = TimeSpan.Zero;

        for (; orders is not null; orders = line.Receive(Wait(pages, nextLook)))
        {
            foreach (var order in orders)
            {
                if (order is HolderOrder.Hold hold)
                    CarryOut(hold, pages);
            }

            if (pages.Held == ByteSize.Zero && _order == ByteSize.Zero)
                continue;

            var now = Now;
            if (now >= nextLook)
            {
                if (machine.Look(now, pages.Held) is { } needed)
                    GiveBack(needed, pages);
                nextLook = now + machine.Interval;

                if (pages.Held >= _order && round.Touch(now) is { } resident && resident != _resident)
                    Report(pages, resident);
            }

            if (pages.Held < _order)
                Grow(pages);
            if (now >= _nextReport)
                Report(pages, pages.Held < _order ? pages.Held : ByteSize.Min(_resident, pages.Held));
        }
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    private TimeSpan Wait(HeldPages pages, TimeSpan nextLook) =>
        pages.Held < _order ? BetweenChunks
        : pages.Held == ByteSize.Zero ? Idle
        : nextLook > Now ? nextLook - Now : TimeSpan.Zero;

    /// <summary>The settings, and the orders that came with them; nothing when the daemon went first.</summary>
    private (MemorySettings? Settings, IReadOnlyList<HolderOrder>? Orders) AwaitSettings()
    {
        while (line.Receive(Idle) is { } orders)
        {
            if (orders.OfType<HolderOrder.Settings>().FirstOrDefault() is { } settings)
                return (settings.ToMemorySettings(), orders);
        }

        return (null, null);
    }

    private void CarryOut(HolderOrder.Hold order, HeldPages pages)
    {
        // Sent before the daemon saw the last loss: it may lower, not raise.
        _order = order.LossesSeen == _losses ? order.Size : ByteSize.Min(order.Size, pages.Held);
        if (pages.Held <= _order)
            return;

        pages.Shrink(pages.Held - _order);
        Report(pages, pages.Held);
    }

    private void Grow(HeldPages pages)
    {
        try
        {
            pages.Grow();
        }
        catch (Win32Exception e)
        {
            _order = pages.Held;
            line.Send(new HolderReport.Fault(e.Message));
        }

        if (pages.Held >= _order)
            Report(pages, pages.Held);
    }

    private void GiveBack(MemoryLoss needed, HeldPages pages)
    {
        pages.Shrink(needed.Amount);
        _order = pages.Held;
        _resident = ByteSize.Min(_resident, pages.Held);
        line.Send(new HolderReport.Lost(needed.Cause, needed.Amount, pages.Held, ++_losses));
    }

    private void Report(HeldPages pages, ByteSize resident)
    {
        _resident = resident;
        _nextReport = Now + ReportEvery;
        line.Send(new HolderReport.Holding(pages.Held, resident));
    }
}
