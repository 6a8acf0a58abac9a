using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Memory.Holding;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Memory;

/// <summary>
/// Fills memory up to the target by a holder that it starts and watches; stopped or restarted, everything is released. Holds
/// nothing until memory is the lever.
/// Receives <see cref="Sample"/> each control period and <see cref="Levers"/>. Sends <see cref="MemoryEvent"/>s to the sender of
/// the levers, and a <see cref="MemoryStatus"/> for each sample and each change of the holder.
/// </summary>
internal sealed class MemoryOccupier : ReceiveActor, IWithTimers
{
    /// <summary>Releases everything, then stops.</summary>
    public sealed record Stop
    {
        public static readonly Stop Instance = new();
    }

    private sealed record Reported(int Holder, HolderInput Input);

    private sealed record Ended(int Holder, HolderEnd End);

    private sealed record Stopped(int Holder, string? Problem);

    private sealed record Overdue(DateTimeOffset At);

    private readonly MemorySettings _settings;
    private readonly GateSettings _gateSettings;
    private readonly MemoryMachine _machine;
    private readonly IActorRef _statusTo;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    private MemoryState _state = MemoryState.Initial;
    private HolderState _holding = HolderState.None;
    private GateState _gate = GateState.Start;
    private MemoryWindow _window = MemoryWindow.Empty;
    private OomWatch _oom;
    private MemoryStatus? _status;
    private IActorRef _eventsTo = ActorRefs.Nobody;
    private IHolder? _holder;
    private bool _wanted;
    private bool _stopping;

    public MemoryOccupier(MemorySettings settings, GateSettings gate, MemoryMachine machine, IActorRef statusTo)
    {
        _settings = settings;
        _gateSettings = gate;
        _machine = machine;
        _statusTo = statusTo;
        Receive<Sample>(_ => _stopping, _ => { });
        Receive<Sample>(Observe);
        Receive<Levers>(levers =>
        {
            _wanted = levers.Memory;
            _eventsTo = Sender;
        });
        Receive<Overdue>(overdue => Act(overdue.At, null, null));
        Receive<Reported>(reported => reported.Holder == _holding.Number, reported => OnHolder(reported.Input));
        Receive<Ended>(ended => ended.Holder == _holding.Number, ended => OnHolder(new HolderInput.Exited(
            ended.End.ExitCode, ended.End.BySigkill, _oom.IsExceededBy(_machine.OomKills()))));
        Receive<Stopped>(stopped => stopped.Holder == _holding.Number, OnHolderStopped);
        Receive<HolderWait>(wait => OnHolder(new HolderInput.Elapsed(wait)));
        Receive<Stop>(_ =>
        {
            _stopping = true;
            Timers.Cancel(nameof(Overdue));
            OnHolder(new HolderInput.End());
            StopWhenReleased();
        });
        // Messages of a holder before this one.
        Receive<Reported>(_ => { });
        Receive<Ended>(_ => { });
        Receive<Stopped>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // Without waiting: what is restarted holds nothing until it is ordered to, and a daemon that ends closes the holder's input.
    protected override void PostStop()
    {
        _holder?.StopAsync(kill: false);
    }

    private void Observe(Sample sample)
    {
        var silence = MemoryPolicy.LongestUnseen + sample.Period + sample.Period;
        Timers.StartSingleTimer(nameof(Overdue), new Overdue(sample.At + silence), silence);

        _gate = GateCheck.Follow(_gateSettings, _gate, sample);
        if (_holder is not null)
            _oom = _oom.Apply(sample.At, _machine.OomKills());
        if (sample.Memory is { } reading)
            _window = _window.Add(sample.At, reading, _holding.Resident, settled: _holding.Held == _holding.Ordered);
        Act(sample.At, sample.Memory, sample.Pressure?.Memory);
    }

    private void Act(DateTimeOffset at, MemoryReading? reading, Percent? pressure)
    {
        var decision = MemoryPolicy.Decide(_settings, _state, InputAt(at, reading, pressure));
        _holding = _holding with { Lost = null };

        // Less never waits, and more has nothing to wait for: what is held is not remembered over a restart.
        foreach (var happened in decision.Events)
            Record(happened);

        CarryOut(HolderPolicy.Decide(_holding, new HolderInput.Hold(
            decision.Plan.Hold,
            decision.Events.OfType<MemoryReleaseOrdered>().LastOrDefault()?.Cause,
            Off: _state.Phase == MemoryPhase.Off,
            Settled: _state.Phase is MemoryPhase.Off or MemoryPhase.Holding or MemoryPhase.Limited)));
        Report(at, reading is null ? null : MemoryUse.Of(reading), decision.Plan.Want);
    }

    private MemoryInput InputAt(DateTimeOffset at, MemoryReading? reading, Percent? pressure) => new(
        at,
        reading,
        reading is null ? _window.UnseenFor(at) : TimeSpan.Zero,
        _window.Recent,
        pressure,
        reading is null || IsOff ? null : _machine.Cgroup(reading.Total),
        _holding.Held,
        _holding.Ordered,
        _gate.Position,
        _wanted,
        _holding.Lost);

    // Most machines never hold any: finding the limits takes several files.
    private bool IsOff => _state.Phase == MemoryPhase.Off && (!_wanted || _settings.Target == Percent.Zero);

    private void Record(MemoryEvent happened)
    {
        _state = _state.Apply(happened);
        _log.Info("{Event}", MemoryEventText.Of(happened));
        _eventsTo.Tell(happened);
    }

    private void OnHolder(HolderInput input)
    {
        var (before, state) = (_holding, _state);
        CarryOut(HolderPolicy.Decide(_holding, input));
        // /health does not wait for the next sample to show what is wrong, or what was released.
        if (_status is { } last && (_holding.Fault != before.Fault || _holding.Phase != before.Phase || !ReferenceEquals(state, _state)))
            Report(last.At, last.Use, last.Want);
    }

    private void CarryOut(HolderDecision decision)
    {
        var before = _holding;
        _holding = decision.State;
        if (decision.Failure is { } failure)
            _log.Warning("Memory holder failed: {Reason}; {Held} was held", failure, before.Held);
        if (_holding.InDaemonBecause is { } why && before.InDaemonBecause is null)
            _log.Warning("Holding memory in the daemon ({Reason}); an OOM kill would terminate it", why);
        if (_holding.Phase == HolderPhase.None)
            _holder = null;
        foreach (var action in decision.Plan)
        {
            if (!Do(action))
                break;
        }

        if (decision.Returned is { } returned)
        {
            // A time is recorded to the millisecond.
            var now = DateTimeOffset.FromUnixTimeMilliseconds(Context.System.Scheduler.Now.ToUnixTimeMilliseconds());
            var input = InputAt(now, null, null) with { UnseenFor = TimeSpan.Zero, Lost = null, Returned = returned };
            foreach (var happened in MemoryPolicy.Decide(_settings, _state, input).Events)
                Record(happened);
        }
    }

    /// <returns>Whether the rest of the plan still holds.</returns>
    private bool Do(HolderAction action)
    {
        switch (action)
        {
            case HolderAction.Start start:
                return Start(start.InDaemon);
            case HolderAction.Order order:
                _holder!.Order(new HolderOrder.Hold(order.Size, order.LossesSeen));
                break;
            case HolderAction.Stop stop:
                var number = _holding.Number;
                _holder!.StopAsync(stop.Kill).PipeTo(
                    Self, success: () => new Stopped(number, null), failure: cause => new Stopped(number, cause.Message));
                break;
            case HolderAction.Await wait:
                Timers.StartSingleTimer(wait.Wait, wait.Wait, wait.For);
                break;
            case HolderAction.Cancel cancel:
                Timers.Cancel(cancel.Wait);
                break;
        }

        return true;
    }

    private bool Start(bool inDaemon)
    {
        var (number, self) = (_holding.Number, Self);
        _oom = OomWatch.From(_machine.OomKills());
        try
        {
            _holder = (inDaemon ? _machine.StartThread : _machine.StartProcess)(
                report => self.Tell(new Reported(number, report.ToInput())),
                ended => self.Tell(new Ended(number, ended)));
            _holder.Order(HolderOrder.Settings.Of(_settings));
            return true;
        }
        catch (HolderStartException e) when (!inDaemon)
        {
            CarryOut(HolderPolicy.Decide(_holding, new HolderInput.StartFailed(e.Message)));
            return false;
        }
    }

    private void OnHolderStopped(Stopped stopped)
    {
        if (stopped.Problem is { } problem)
            _log.Warning("Cannot end memory holder {Holder}: {Reason}", stopped.Holder, problem);
        OnHolder(new HolderInput.Stopped());
        StopWhenReleased();
    }

    private void StopWhenReleased()
    {
        if (_stopping && _holding.Phase == HolderPhase.None)
            Context.Stop(Self);
    }

    private void Report(DateTimeOffset at, MemoryUse? use, ByteSize want) => _statusTo.Tell(_status = new MemoryStatus(
        at,
        _state.Phase,
        _state.Limit,
        _settings.Target,
        use,
        want,
        _holding.Held,
        _holding.Resident,
        _settings.Reserve,
        _holding.Huge,
        _holding.Phase == HolderPhase.None ? MemoryHolder.None : _holding.IsProcess ? MemoryHolder.Process : MemoryHolder.Daemon,
        _holder?.Pid,
        _state.LastRelease,
        MemoryBackOff.IsOver(_state, at) ? null : _state.NoGrowthBefore,
        _holding.Fault ?? (_state.Phase == MemoryPhase.Off ? null : InDaemonText)));

    private string? InDaemonText => _holding.InDaemonBecause is { } why ? $"memory is held in the daemon: {why}" : null;
}
