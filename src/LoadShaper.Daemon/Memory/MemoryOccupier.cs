using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Memory;

/// <summary>
/// Fills memory up to the target by a holder that it starts and watches; stopped or restarted, all goes back. Holds
/// nothing until it was told that memory is the lever.
/// Told: <see cref="Sample"/> each control period, <see cref="Levers"/>. Tells: <see cref="MemoryEvent"/>s, and a
/// <see cref="MemoryStatus"/> for each sample.
/// </summary>
internal sealed class MemoryOccupier : ReceiveActor, IWithTimers
{
    private sealed record Reported(int Holder, HolderReport Report);

    private sealed record Ended(int Holder, HolderEnd End);

    private sealed record Overdue(DateTimeOffset At);

    private sealed record Unready(int Holder);

    private sealed record Unheeded(int Holder);

    /// <summary>A holder that ends so often before it is ready will not be one.</summary>
    private const int MostFailedStarts = 3;

    private static readonly TimeSpan TimeToGetReady = TimeSpan.FromSeconds(30);

    /// <summary>It looks at its orders several times a second; one that is stopped or stuck gives nothing back but by its end.</summary>
    private static readonly TimeSpan TimeToGiveBack = TimeSpan.FromSeconds(5);

    private readonly MemorySettings _settings;
    private readonly GateSettings _gateSettings;
    private readonly MemoryMachine _machine;
    private readonly IActorRef _eventsTo;
    private readonly IActorRef _statusTo;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    private MemoryState _state = MemoryState.Initial;
    private GateState _gate = GateState.Start;
    private MemoryWindow _window = MemoryWindow.Empty;
    private bool _wanted;

    private IHolder? _holder;
    private int _holders;
    private int _failedStarts;
    private bool _inDaemon;
    private bool _ready;
    private bool _huge;
    private long? _oomKills;
    private string? _fault;
    private string? _whyInDaemon;

    private ByteSize _held;
    private ByteSize _resident;
    private ByteSize _ordered;
    private int _losses;
    private MemoryLoss? _lost;

    public MemoryOccupier(MemorySettings settings, GateSettings gate, MemoryMachine machine, IActorRef eventsTo, IActorRef statusTo)
    {
        _settings = settings;
        _gateSettings = gate;
        _machine = machine;
        _eventsTo = eventsTo;
        _statusTo = statusTo;
        Receive<Sample>(Observe);
        Receive<Levers>(levers => _wanted = levers.Memory);
        Receive<Overdue>(overdue => Act(overdue.At, null, null));
        Receive<Reported>(reported => reported.Holder == _holders && _holder is not null, reported => Hear(reported.Report));
        Receive<Ended>(ended => ended.Holder == _holders && _holder is not null, ended => Bury(ended.End));
        Receive<Reported>(_ => { });
        Receive<Ended>(_ => { });
        Receive<Unready>(unready => unready.Holder == _holders && _holder?.Pid is not null && !_ready, _ => GiveUp("did not get ready"));
        Receive<Unheeded>(unheeded => unheeded.Holder == _holders && _holder?.Pid is not null && _held > _ordered, _ => GiveUp("does not give back"));
        Receive<Unready>(_ => { });
        Receive<Unheeded>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop() => _holder?.Dispose();

    private void Observe(Sample sample)
    {
        var silence = MemoryPolicy.LongestUnseen + sample.Period + sample.Period;
        Timers.StartSingleTimer(nameof(Overdue), new Overdue(sample.At + silence), silence);

        if (GatePolicy.Decide(_gateSettings, _gate, GateInput.From(sample)).Event is { } moved)
            _gate = _gate.Apply(moved);
        if (sample.Memory is { } reading)
            _window = _window.Add(sample.At, reading, _resident, settled: _held == _ordered);
        Act(sample.At, sample.Memory, sample.Pressure?.Memory);
    }

    private void Act(DateTimeOffset at, MemoryReading? reading, Percent? pressure)
    {
        var decision = MemoryPolicy.Decide(_settings, _state, new MemoryInput(
            at,
            reading,
            reading is null ? _window.UnseenFor(at) : TimeSpan.Zero,
            _window.Recent,
            pressure,
            reading is null || IsOff ? null : _machine.Cgroup(reading.Total),
            _held,
            _ordered,
            _gate.Position,
            _wanted,
            _lost));
        _lost = null;

        // Less never waits, and more has nothing to wait for: what is held is not remembered over a restart.
        foreach (var happened in decision.Events)
        {
            _state = _state.Apply(happened);
            _log.Info("{0}", MemoryEventText.Of(happened));
            _eventsTo.Tell(happened);
        }

        // What is held is what it should be again.
        if (_state.Phase is MemoryPhase.Off or MemoryPhase.Holding or MemoryPhase.Limited)
            _fault = null;

        Order(decision.Plan.Hold);
        Report(at, reading, decision.Plan.Want);
    }

    // Most machines never hold any: finding the limits takes several files.
    private bool IsOff => _state.Phase == MemoryPhase.Off && (!_wanted || _settings.Target == Percent.Zero);

    private void Order(ByteSize hold)
    {
        if (hold > ByteSize.Zero && _holder is null)
            Start();
        else if (_state.Phase == MemoryPhase.Off)
            Stop();

        if (_holder is null || hold == _ordered)
            return;
        _holder.Order(new HolderOrder.Hold(hold, _losses));
        _ordered = hold;

        // From the first order on: those that follow do not give it more time.
        if (_held > _ordered && !Timers.IsTimerActive(nameof(Unheeded)))
            Timers.StartSingleTimer(nameof(Unheeded), new Unheeded(_holders), TimeToGiveBack);
    }

    private void Start()
    {
        var number = ++_holders;
        var self = Self;
        _ready = false;
        _oomKills = _machine.OomKills();
        try
        {
            _holder = (_inDaemon ? _machine.StartThread : _machine.StartProcess)(
                report => self.Tell(new Reported(number, report)),
                ended => self.Tell(new Ended(number, ended)));
            _holder.Order(HolderOrder.Settings.Of(_settings));
            Timers.StartSingleTimer(nameof(Unready), new Unready(number), TimeToGetReady);
        }
        catch (HolderStartException e) when (!_inDaemon)
        {
            MoveIntoDaemon(e.Message);
            Start();
        }
    }

    private void MoveIntoDaemon(string why)
    {
        _inDaemon = true;
        _whyInDaemon = $"no process holds the memory, the daemon does: {why}";
        _log.Warning("{0}; an OOM kill would take the daemon", _whyInDaemon);
    }

    private void Stop()
    {
        _holder?.Dispose();
        Forget();
    }

    private void Forget()
    {
        Timers.Cancel(nameof(Unready));
        Timers.Cancel(nameof(Unheeded));
        _holder = null;
        (_held, _resident, _ordered, _losses) = (ByteSize.Zero, ByteSize.Zero, ByteSize.Zero, 0);
    }

    private void Hear(HolderReport report)
    {
        switch (report)
        {
            case HolderReport.Ready ready:
                (_ready, _failedStarts, _huge, _fault) = (true, 0, ready.Huge, null);
                break;
            case HolderReport.Holding holding:
                (_held, _resident) = (holding.Held, holding.Resident);
                Heed();
                break;
            case HolderReport.Lost lost:
                (_held, _resident, _ordered, _losses) = (lost.Held, ByteSize.Min(_resident, lost.Held), lost.Held, lost.Count);
                Heed();
                Lose(lost.Cause, lost.Amount);
                break;
            case HolderReport.Fault fault:
                _fault = fault.Why;
                _log.Warning("the holder of memory cannot hold {0}: {1}", _ordered, fault.Why);
                _ordered = _held;
                Lose(MemoryReleaseCause.HolderFailed, ByteSize.Zero);
                break;
        }
    }

    private void Heed()
    {
        if (_held <= _ordered)
            Timers.Cancel(nameof(Unheeded));
    }

    private void Bury(HolderEnd end)
    {
        var oom = _machine.OomKills() > _oomKills;
        Bury(
            end.Killed ? MemoryReleaseCause.HolderKilled : MemoryReleaseCause.HolderFailed,
            !end.Killed ? $"the holder ended with exit code {end.ExitCode}"
            : oom ? "the OOM killer took the holder"
            : "the holder was killed by SIGKILL");
    }

    private void GiveUp(string what) => Bury(MemoryReleaseCause.HolderFailed, $"the holder {what} and was ended");

    private void Bury(MemoryReleaseCause cause, string why)
    {
        var held = _held;
        _holder!.Dispose();
        Forget();
        Lose(cause, held);
        _fault = why;
        _log.Warning("{0}; {1} went back to the machine", why, held);

        if (!_ready && cause == MemoryReleaseCause.HolderFailed && ++_failedStarts >= MostFailedStarts && !_inDaemon)
            MoveIntoDaemon(why);
    }

    private void Lose(MemoryReleaseCause cause, ByteSize amount) =>
        _lost = new MemoryLoss(cause, amount + (_lost?.Amount ?? ByteSize.Zero));

    private void Report(DateTimeOffset at, MemoryReading? reading, ByteSize want) => _statusTo.Tell(new MemoryStatus(
        at,
        _state.Phase,
        _state.Limit,
        _settings.Target,
        reading is null ? null : MemoryUse.Of(reading),
        want,
        _held,
        _resident,
        _settings.Reserve,
        _huge,
        _holder is null ? MemoryHolder.None : _holder.Pid is null ? MemoryHolder.Daemon : MemoryHolder.Process,
        _holder?.Pid,
        _state.LastRelease,
        MemoryBackOff.IsOver(_state, at) ? null : _state.NoGrowthBefore,
        _fault ?? (_state.Phase == MemoryPhase.Off ? null : _whyInDaemon)));
}
