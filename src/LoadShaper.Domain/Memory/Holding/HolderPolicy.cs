using System.Globalization;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory.Holding;

/// <summary>
/// When the holder of memory is started, ordered, ended and replaced. A process that is not ready, does not release or does not
/// report in time is killed: a holder that is stopped or stuck releases memory only by its end.
/// </summary>
public static class HolderPolicy
{
    /// <summary>After so many processes that ended before they were ready, the daemon holds the memory itself.</summary>
    public const int MostFailedStarts = 3;

    public static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(5);

    /// <summary>The holder looks at the machine several times a second and reports more than once in this time.</summary>
    public static readonly TimeSpan ReportLimit = TimeSpan.FromSeconds(2);

    // In two halves: after the whole machine was suspended, a report that is on its way counts before the second half has passed.
    private static readonly TimeSpan HalfReportLimit = ReportLimit / 2;

    private static readonly HolderAction[] NothingAwaited =
        [new HolderAction.Cancel(HolderWait.Ready), new HolderAction.Cancel(HolderWait.Release), new HolderAction.Cancel(HolderWait.Report)];

    public static HolderDecision Decide(HolderState state, HolderInput input) => input switch
    {
        HolderInput.Hold hold => Hold(state, hold),
        HolderInput.End => End(state),
        HolderInput.StartFailed failed => Start(state with { InDaemon = true, InDaemonBecause = failed.Reason, Number = state.Number - 1 }, state.Ordered),
        HolderInput.Ready ready when state.Phase == HolderPhase.Starting => Reported(
            state with { Phase = HolderPhase.Running, FailedStarts = 0, Huge = ready.Huge, Fault = null }, new HolderAction.Cancel(HolderWait.Ready)),
        // A late report of a holder that is gone.
        _ when state.Phase == HolderPhase.None => new HolderDecision(state, []),
        HolderInput.Holding holding => Reported(state with { Held = holding.Held, Resident = holding.Resident }),
        HolderInput.Lost lost => Lose(state, lost),
        HolderInput.Fault fault when state.Phase != HolderPhase.Stopping => Reported(
            (state with { Fault = fault.Reason, Ordered = state.Held }).Lose(MemoryReleaseCause.HolderFailed, ByteSize.Zero)) with { Failure = fault.Reason },
        // The end of a holder that is being stopped is reported by its stop.
        HolderInput.Exited exited when state.Phase != HolderPhase.Stopping => Exited(state, exited),
        HolderInput.Stopped when state.Phase == HolderPhase.Stopping => Stopped(state),
        HolderInput.Elapsed elapsed => Elapsed(state, elapsed.Wait),
        _ => new HolderDecision(state, []),
    };

    private static HolderDecision Hold(HolderState state, HolderInput.Hold hold)
    {
        if (hold.Settled)
            state = state with { Fault = null };
        if (hold.Off)
            return End(state);
        return state.Phase switch
        {
            HolderPhase.Stopping => new HolderDecision(state, []),
            HolderPhase.None => hold.Size > ByteSize.Zero ? Start(state, hold.Size) : new HolderDecision(state, []),
            _ => hold.Size == state.Ordered ? new HolderDecision(state, []) : Order(state, hold),
        };
    }

    private static HolderDecision Start(HolderState state, ByteSize size)
    {
        var started = state with
        {
            Number = state.Number + 1,
            Phase = HolderPhase.Starting,
            IsProcess = !state.InDaemon,
            Ordered = size,
        };
        List<HolderAction> plan = [new HolderAction.Start(state.InDaemon), new HolderAction.Order(size, started.Losses)];
        plan.Add(started.IsProcess ? new HolderAction.Await(HolderWait.Ready, ReadyLimit) : new HolderAction.Cancel(HolderWait.Ready));
        return new HolderDecision(started, plan);
    }

    private static HolderDecision Order(HolderState state, HolderInput.Hold hold)
    {
        var less = hold.Size < state.Held;
        var ordered = state with
        {
            Ordered = hold.Size,
            Pending = less
                ? new PendingRelease(
                    hold.Cause ?? state.Pending?.Cause ?? MemoryReleaseCause.AboveTarget, state.Pending?.From ?? state.Held, hold.Size)
                : null,
        };
        List<HolderAction> plan = [new HolderAction.Order(hold.Size, state.Losses)];
        // The time runs from the first order on: those that follow do not extend it.
        if (less && state.Pending is null && state.IsProcess)
            plan.Add(new HolderAction.Await(HolderWait.Release, ReleaseLimit));
        else if (!less && state.Pending is not null)
            plan.Add(new HolderAction.Cancel(HolderWait.Release));
        if (ordered.MustReport && !state.MustReport)
            plan.Add(new HolderAction.Await(HolderWait.Report, HalfReportLimit));
        return new HolderDecision(ordered, plan);
    }

    private static HolderDecision Lose(HolderState state, HolderInput.Lost lost) => Reported((state with
    {
        Held = lost.Held,
        Resident = ByteSize.Min(state.Resident, lost.Held),
        Ordered = state.Phase == HolderPhase.Stopping ? ByteSize.Zero : lost.Held,
        Losses = lost.Count,
        Pending = state.Pending is { } pending ? pending with { From = pending.From - lost.Amount } : null,
    }).Lose(lost.Cause, lost.Amount));

    private static HolderDecision Reported(HolderState state, params HolderAction[] plan)
    {
        List<HolderAction> all = [.. plan];
        state = state with { IsLate = false };
        if (state.Phase == HolderPhase.Running && state.IsProcess)
            all.Add(state.MustReport ? new HolderAction.Await(HolderWait.Report, HalfReportLimit) : new HolderAction.Cancel(HolderWait.Report));
        if (state.Phase == HolderPhase.Stopping || state.Pending is not { } pending || state.Held > pending.To)
            return new HolderDecision(state, all);
        all.Add(new HolderAction.Cancel(HolderWait.Release));
        return new HolderDecision(state with { Pending = null }, all, Return(pending, state.Held));
    }

    private static HolderDecision Elapsed(HolderState state, HolderWait wait) => wait switch
    {
        HolderWait.Ready when state is { Phase: HolderPhase.Starting, IsProcess: true } =>
            Kill(state, $"was not ready within {Seconds(ReadyLimit)} s"),
        HolderWait.Release when state is { Phase: HolderPhase.Starting or HolderPhase.Running, IsProcess: true, Pending: not null } =>
            Kill(state, $"did not release memory within {Seconds(ReleaseLimit)} s"),
        HolderWait.Report when state is { MustReport: true, IsLate: false } =>
            new HolderDecision(state with { IsLate = true }, [new HolderAction.Await(HolderWait.Report, HalfReportLimit)]),
        HolderWait.Report when state.MustReport =>
            Kill(state, $"did not report for {Seconds(ReportLimit)} s"),
        _ => new HolderDecision(state, []),
    };

    private static HolderDecision Kill(HolderState state, string what)
    {
        var fault = $"the holder process {what} and was killed";
        return Stop(CountStart(state, fault) with { Fault = fault, Pending = null }, kill: true) with { Failure = fault };
    }

    private static HolderDecision End(HolderState state) => state.Phase switch
    {
        HolderPhase.None => new HolderDecision(state, []),
        HolderPhase.Stopping => new HolderDecision(state, []),
        _ => Stop(
            state with { Pending = new PendingRelease(MemoryReleaseCause.SwitchedOff, state.Pending?.From ?? state.Held, ByteSize.Zero) }, kill: false),
    };

    private static HolderDecision Stop(HolderState state, bool kill) => new(
        state with { Phase = HolderPhase.Stopping, Ordered = ByteSize.Zero, IsLate = false },
        [.. NothingAwaited, new HolderAction.Stop(kill)]);

    // What was ordered before a holder was killed is not what was released.
    private static HolderDecision Stopped(HolderState state) => state.Pending is { } pending
        ? new HolderDecision(state.Gone(), [], Return(pending, ByteSize.Zero))
        : new HolderDecision(state.Lose(MemoryReleaseCause.HolderFailed, state.Held).Gone(), []);

    private static HolderDecision Exited(HolderState state, HolderInput.Exited exited)
    {
        var holder = state.IsProcess ? "process" : "thread";
        var (cause, fault) = exited switch
        {
            { BySigkill: true, OutOfMemory: true } => (MemoryReleaseCause.HolderOutOfMemory, "the OOM killer killed the holder process"),
            { BySigkill: true } => (MemoryReleaseCause.HolderKilled, "the holder process was killed by SIGKILL"),
            _ => (MemoryReleaseCause.HolderFailed, string.Create(CultureInfo.InvariantCulture, $"the holder {holder} ended with exit code {exited.ExitCode}")),
        };
        // SIGKILL says nothing about whether a process can be used here.
        var counted = exited.BySigkill ? state : CountStart(state, fault);
        return new HolderDecision(counted.Lose(cause, state.Held).Gone() with { Fault = fault }, NothingAwaited, Failure: fault);
    }

    // A process that ends so often before it is ready will not become one.
    private static HolderState CountStart(HolderState state, string fault)
    {
        if (state.Phase != HolderPhase.Starting || !state.IsProcess)
            return state;
        var failed = state.FailedStarts + 1;
        return failed < MostFailedStarts
            ? state with { FailedStarts = failed }
            : state with { FailedStarts = failed, InDaemon = true, InDaemonBecause = fault };
    }

    private static MemoryReturn? Return(PendingRelease pending, ByteSize held) =>
        pending.From > held ? new MemoryReturn(pending.Cause, pending.From - held) : null;

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
}
