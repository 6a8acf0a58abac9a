using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Network;

/// <summary>
/// The last lever: switches traffic on when every other metric is about to be too low, and off at once when in doubt.
/// Receives <see cref="FallbackInput"/> in each control period, <see cref="Sample"/>: one that closes the gate stops traffic
/// before the controller has decided about it, and <see cref="LedgerState"/>: the ledger as it is on disk. Sends its events to the
/// sender of the input, and <see cref="NetworkStatus"/>.
/// </summary>
internal sealed class NetworkFallback : FSM<FallbackPhase, FallbackState>
{
    /// <summary>Silences the traffic, settles the ledger, then stops.</summary>
    public sealed record StopTraffic
    {
        public static readonly StopTraffic Instance = new();
    }

    private sealed record Silence
    {
        public static readonly Silence Instance = new();
    }

    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(2);

    // The forecast follows the mean of about an hour.
    private static readonly TimeSpan ForecastWindow = TimeSpan.FromHours(1);

    private readonly NetworkSettings _settings;
    private readonly GateSettings _gate;
    private readonly double _jitter;
    private readonly TimeSpan _period, _silence;
    private readonly IActorRef _generator, _statusTo;
    private readonly IActorRef? _receiver;
    private readonly LedgerKeeper _ledger;
    private readonly LedgerMarkFile? _marks;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private FallbackInput? _last;
    private TrafficGenerator.Accounted? _accounted;
    private ReceiverStatus? _received;
    private IActorRef _eventsTo = ActorRefs.Nobody;
    private ByteSize _receivedBefore = ByteSize.Zero;
    private Traffic _answers = Traffic.None;
    private BitRate _rate = BitRate.Zero, _fromPeers = BitRate.Zero;
    private double _mean;
    private long _total;

    /// <param name="generator">Creates the child that sends.</param>
    /// <param name="receiver">Creates the child that receives; null where nothing is received.</param>
    /// <param name="marks">Opens the marks of the ledger; null without them.</param>
    public NetworkFallback(
        NetworkSettings settings,
        GateSettings gate,
        SamplingSettings sampling,
        IActorRef statusTo,
        Func<IActorRefFactory, IActorRef> generator,
        Func<IActorRefFactory, IActorRef>? receiver = null,
        Func<LedgerMarkFile>? marks = null)
    {
        _settings = settings;
        _gate = gate;
        _jitter = sampling.JitterPercent / 100;
        _period = sampling.ControlPeriod;
        _silence = 3 * sampling.ControlPeriod > ShortestSilence ? 3 * sampling.ControlPeriod : ShortestSilence;
        _statusTo = statusTo;
        _marks = marks?.Invoke();
        _ledger = _marks is null ? new LedgerKeeper(settings.Budget) : new LedgerKeeper(settings.Budget, _marks.Read(), Mark, _period);
        _generator = generator(Context);
        _receiver = receiver?.Invoke(Context);

        StartWith(FallbackPhase.Inactive, FallbackState.Start);
        When(FallbackPhase.Inactive, Handle);
        When(FallbackPhase.Active, Handle);
        Initialize();
    }

    /// <param name="markPath">Where the marks of the ledger are kept; null for none.</param>
    public static Props Props(NetworkSettings settings, GateSettings gate, SamplingSettings sampling, IActorRef statusTo, string? markPath = null)
    {
        // A lambda within the expression would have it compiled, for tens of milliseconds of the start.
        Func<IActorRefFactory, IActorRef> generator = context =>
            context.ActorOf(Akka.Actor.Props.Create(() => new TrafficGenerator(settings, TimeProvider.System)), "generator");
        Func<IActorRefFactory, IActorRef>? receiver = FallbackPolicy.MayReceive(settings)
            ? context => context.ActorOf(Akka.Actor.Props.Create(() => new TrafficReceiver(settings)), "receiver")
            : null;
        Func<LedgerMarkFile>? marks = markPath is not null && (FallbackPolicy.MaySend(settings) || receiver is not null)
            ? () => new LedgerMarkFile(markPath, LedgerMarkFile.ReadBootId())
            : null;
        return Akka.Actor.Props.Create(() => new NetworkFallback(settings, gate, sampling, statusTo, generator, receiver, marks));
    }

    protected override void PostStop()
    {
        _marks?.Dispose();
        base.PostStop();
    }

    private bool Mark(IReadOnlyList<LedgerMark> marks)
    {
        if (_marks!.TryWrite(marks))
            return true;
        _log.Warning("Cannot write the marks of the ledger: {Reason}; continuing with an entry in the journal in each control period", _marks.Problem);
        return false;
    }

    private State<FallbackPhase, FallbackState> Handle(Event<FallbackState> happened) => happened.FsmEvent switch
    {
        FallbackInput input => Ask(input),
        TrafficReceiver.Accounted { For: null } last => OnLastReceived(last),
        TrafficReceiver.Accounted received => OnReceived(received),
        TrafficGenerator.Accounted { For: null } last => EndWith(last),
        TrafficGenerator.Accounted accounted => Decide(accounted),
        TrafficGenerator.AllowanceLow low => OnAllowanceLow(low),
        LedgerState state => OnRecorded(state),
        GeneratorChanged or PeerChanged => Pass((IEvent)happened.FsmEvent),
        Sample sample => Glance(sample),
        Silence => EndForSilence(),
        StopTraffic => Ask(),
        // FSM: not handled.
        _ => null!,
    };

    private State<FallbackPhase, FallbackState> Glance(Sample sample)
    {
        if (GateCheck.Closes(_gate, sample))
            _generator.Tell(TrafficGenerator.Rest.Instance);
        return Stay();
    }

    // Our own traffic of this period has to be known before the missing traffic is decided.
    private State<FallbackPhase, FallbackState> Ask(FallbackInput input)
    {
        _eventsTo = Sender;
        if (_ledger.OnDisk is null)
            _eventsTo.Tell(LedgerWanted.Instance);
        // Not a state timeout: samples still come when the controller is silent.
        SetTimer(nameof(Silence), Silence.Instance, _silence);
        if (input.Gate == GatePosition.Closed || input.Network is null)
            _generator.Tell(TrafficGenerator.Rest.Instance);
        if (_receiver is not null)
            _receiver.Tell(new TrafficReceiver.Account(input));
        else
            _generator.Tell(new TrafficGenerator.Account(input));
        return Stay();
    }

    private State<FallbackPhase, FallbackState> Ask()
    {
        _generator.Tell(TrafficGenerator.Rest.Instance);
        if (_receiver is not null)
            _receiver.Tell(new TrafficReceiver.Account(null));
        else
            _generator.Tell(new TrafficGenerator.Account(null));
        return Stay();
    }

    // The last entry settles what the receiver answered, too.
    private State<FallbackPhase, FallbackState> OnLastReceived(TrafficReceiver.Accounted last)
    {
        _ledger.CountReceiver(last.Status.Answered);
        _generator.Tell(new TrafficGenerator.Account(null));
        return Stay();
    }

    private State<FallbackPhase, FallbackState> OnReceived(TrafficReceiver.Accounted accounted)
    {
        // As much again, and half more, may be answered until the next entry.
        var answers = accounted.Status.Answered - (_received?.Answered ?? Traffic.None);
        _answers = answers + new Traffic(Half(answers.External), Half(answers.Private));
        _received = accounted.Status;
        _ledger.CountReceiver(accounted.Status.Answered);
        var seconds = _last is { } last ? (accounted.For!.At - last.At).TotalSeconds : 0;
        _fromPeers = seconds > 0 ? BitRate.FromBits(8 * (accounted.Status.Received - _receivedBefore).Bytes / seconds) : BitRate.Zero;
        _receivedBefore = accounted.Status.Received;
        _generator.Tell(new TrafficGenerator.Account(accounted.For));
        return Stay();
    }

    private State<FallbackPhase, FallbackState> Decide(TrafficGenerator.Accounted accounted)
    {
        var input = accounted.For! with { Budget = _ledger.OnDisk is { } ledger ? LedgerPolicy.LevelAt(ledger, accounted.For.At) : null };
        var (sent, onWire) = Own(accounted);
        _ledger.CountGenerator(accounted.Wire);
        var decision = FallbackPolicy.Decide(_settings, StateData, input);
        var active = decision.State.Phase == FallbackPhase.Active;
        _rate = active
            ? RatePolicy.Decide(_settings, new RateInput(input.Network!, onWire, _fromPeers, _jitter * (2 * Random.Shared.NextDouble() - 1)))
            : BitRate.Zero;
        if (active)
            _generator.Tell(new TrafficGenerator.SetRate(_rate, _silence));
        _last = input;
        _accounted = accounted;
        KeepReserved(input.At, accounted);
        Report(input.At, decision.State.Phase, sent);
        return Enter(decision);
    }

    private State<FallbackPhase, FallbackState> OnAllowanceLow(TrafficGenerator.AllowanceLow low)
    {
        _ledger.CountGenerator(low.Total);
        Reserve(Context.System.Scheduler.Now.ToUniversalTime(), _rate);
        return Stay();
    }

    private State<FallbackPhase, FallbackState> OnRecorded(LedgerState state)
    {
        if (_ledger.Record(state))
            _generator.Tell(new TrafficGenerator.Allow(_ledger.Until));
        return Stay();
    }

    private State<FallbackPhase, FallbackState> EndForSilence()
    {
        var now = Context.System.Scheduler.Now.ToUniversalTime();
        var decision = FallbackPolicy.DecideSilence(StateData, now);
        _rate = BitRate.Zero;
        if (decision.Event is not null)
            Report(now, decision.State.Phase, BitRate.Zero);
        return Enter(decision);
    }

    private State<FallbackPhase, FallbackState> EndWith(TrafficGenerator.Accounted last)
    {
        _ledger.CountGenerator(last.Wire);
        if (_ledger.HasBegun)
            Send(_ledger.Settle(Context.System.Scheduler.Now.ToUniversalTime()));
        return Stop();
    }

    private State<FallbackPhase, FallbackState> Enter(FallbackDecision decision)
    {
        if (decision.Event is null)
            return Stay().Using(decision.State);
        if (decision.State.Phase == FallbackPhase.Inactive)
            _generator.Tell(TrafficGenerator.Rest.Instance);
        Send([decision.Event]);
        return GoTo(decision.State.Phase).Using(decision.State);
    }

    private State<FallbackPhase, FallbackState> Pass(IEvent happened)
    {
        _eventsTo.Tell(happened);
        return Stay();
    }

    // The first reservation of a run, and one that the present rate needs; the generator asks for those after it.
    private void KeepReserved(DateTimeOffset at, TrafficGenerator.Accounted accounted)
    {
        var needed = RatePolicy.ToReserve(_rate, _period);
        var left = _ledger.Until - accounted.Wire;
        if (!FallbackPolicy.MaySend(_settings) && _receiver is null)
            return;
        if (_ledger.IsDue || left.Total.Bytes < needed.Bytes / 2 || (FallbackPolicy.MaySend(_settings) && _ledger.LacksHellos(at, To)))
            Reserve(at, _rate);
        else if (_receiver is not null)
            _ledger.MarkAnswers(ForHellos());
    }

    private void Reserve(DateTimeOffset at, BitRate rate)
    {
        var wanted = RatePolicy.ToReserve(rate, _period);
        var share = To.PrivateShare;
        var split = new Traffic(ByteSize.FromBytes((long)(wanted.Bytes * (1 - share))), ByteSize.FromBytes((long)(wanted.Bytes * share)));
        if (_ledger.TryAllow(split, ForHellos()))
            _generator.Tell(new TrafficGenerator.Allow(_ledger.Until));
        else
            Send(_ledger.Reserve(at, split, ForHellos()));
    }

    private Destinations To => _accounted?.Destinations ?? Destinations.Private;

    // Where nothing goes, nothing is reserved.
    private Traffic ForHellos()
    {
        var answered = _received?.Answered ?? Traffic.None;
        return new Traffic(
            To.HasExternal || answered.External > ByteSize.Zero ? LedgerKeeper.ForHellos + _answers.External : ByteSize.Zero,
            To.HasPrivate || answered.Private > ByteSize.Zero ? LedgerKeeper.ForHellos + _answers.Private : ByteSize.Zero);
    }

    private void Send(IReadOnlyList<IEvent> events)
    {
        foreach (var happened in events)
        {
            if (happened is BudgetLevelChanged { To: not BudgetLevel.Within })
                _log.Warning("Network: {Event}", NetworkEventText.Of(happened));
            else if (happened is not TrafficReserved)
                _log.Info("Network: {Event}", NetworkEventText.Of(happened));
            _eventsTo.Tell(happened);
        }
    }

    private static ByteSize Half(ByteSize size) => ByteSize.FromBytes(size.Bytes / 2);

    private void Report(DateTimeOffset at, FallbackPhase phase, BitRate sent) => _statusTo.Tell(new NetworkStatus(
        at, phase, _rate, sent, ByteSize.FromBytes(_total), _accounted?.Peers ?? [], _accounted?.Phase ?? GeneratorPhase.Off, _ledger.Now,
        _ledger.Now is { } ledger ? LedgerPolicy.Forecast(_settings.Budget, ledger, BitRate.FromBits(_mean), at) : null, _received));

    /// <summary>Our own part of the traffic since the previous input; a restarted generator counts from 0.</summary>
    private (BitRate Payload, BitRate OnWire) Own(TrafficGenerator.Accounted accounted)
    {
        var before = _accounted is { } known && accounted.Payload >= known.Payload ? known : null;
        var payload = accounted.Payload - (before?.Payload ?? 0);
        var wire = accounted.Wire - (before?.Wire ?? Traffic.None);
        _total += payload;
        var seconds = _last is { } last ? (accounted.For!.At - last.At).TotalSeconds : 0;
        if (seconds <= 0)
            return (BitRate.Zero, BitRate.Zero);
        var counted = 8 * _settings.Budget.Counted(wire).Bytes / seconds;
        _mean += (1 - Math.Exp(-seconds / ForecastWindow.TotalSeconds)) * (counted - _mean);
        return (BitRate.FromBits(8 * payload / seconds), BitRate.FromBits(8 * wire.Total.Bytes / seconds));
    }
}
