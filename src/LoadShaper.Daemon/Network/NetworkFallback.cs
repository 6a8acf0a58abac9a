using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Network;

/// <summary>
/// The last lever: switches traffic on when every other metric is about to be too low, and off at once when in doubt.
/// Receives <see cref="FallbackInput"/> in each control period, and <see cref="Sample"/>: one that closes the gate stops traffic
/// before the controller has decided about it. Sends <see cref="NetworkEvent"/>s to the sender of the input, and
/// <see cref="NetworkStatus"/>.
/// </summary>
internal sealed class NetworkFallback : FSM<FallbackPhase, FallbackState>
{
    private sealed record Silence
    {
        public static readonly Silence Instance = new();
    }

    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(2);

    private readonly NetworkSettings _settings;
    private readonly GateSettings _gate;
    private readonly double _jitter;
    private readonly TimeSpan _silence;
    private readonly IActorRef _generator;
    private readonly IActorRef _statusTo;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private FallbackInput? _last;
    private TrafficGenerator.Accounted? _accounted;
    private IActorRef _eventsTo = ActorRefs.Nobody;
    private long _total;

    /// <param name="generator">Creates the child that sends.</param>
    public NetworkFallback(
        NetworkSettings settings,
        GateSettings gate,
        SamplingSettings sampling,
        IActorRef statusTo,
        Func<IActorRefFactory, IActorRef> generator)
    {
        _settings = settings;
        _gate = gate;
        _jitter = sampling.JitterPercent / 100;
        _silence = 3 * sampling.ControlPeriod > ShortestSilence ? 3 * sampling.ControlPeriod : ShortestSilence;
        _statusTo = statusTo;
        _generator = generator(Context);

        StartWith(FallbackPhase.Inactive, FallbackState.Start);
        When(FallbackPhase.Inactive, Handle);
        When(FallbackPhase.Active, Handle);
        Initialize();
    }

    public static Props Props(NetworkSettings settings, GateSettings gate, SamplingSettings sampling, IActorRef statusTo)
    {
        // A lambda within the expression would have it compiled, for tens of milliseconds of the start.
        Func<IActorRefFactory, IActorRef> generator = context =>
            context.ActorOf(Akka.Actor.Props.Create(() => new TrafficGenerator(settings, TimeProvider.System)), "generator");
        return Akka.Actor.Props.Create(() => new NetworkFallback(settings, gate, sampling, statusTo, generator));
    }

    private State<FallbackPhase, FallbackState> Handle(Event<FallbackState> happened) => happened.FsmEvent switch
    {
        FallbackInput input => Ask(input),
        TrafficGenerator.Accounted accounted => Decide(accounted),
        Sample sample => Glance(sample),
        Silence => EndForSilence(),
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
        // Not a state timeout: samples still come when the controller is silent.
        SetTimer(nameof(Silence), Silence.Instance, _silence);
        if (input.Gate == GatePosition.Closed || input.Network is null)
            _generator.Tell(TrafficGenerator.Rest.Instance);
        _generator.Tell(new TrafficGenerator.Account(input));
        return Stay();
    }

    private State<FallbackPhase, FallbackState> Decide(TrafficGenerator.Accounted accounted)
    {
        var input = accounted.For;
        var (sent, onWire) = Own(accounted);
        var decision = FallbackPolicy.Decide(_settings, StateData, input);
        var rate = decision.State.Phase == FallbackPhase.Active
            ? RatePolicy.Decide(_settings, new RateInput(input.Network!, onWire, decision.State.InPhase(input.At), _jitter * (2 * Random.Shared.NextDouble() - 1)))
            : BitRate.Zero;
        if (decision.State.Phase == FallbackPhase.Active)
            _generator.Tell(new TrafficGenerator.SetRate(rate, _silence));
        _last = input;
        _accounted = accounted;
        _statusTo.Tell(new NetworkStatus(input.At, decision.State.Phase, rate, sent, ByteSize.FromBytes(_total), accounted.Peers));
        return Enter(decision);
    }

    private State<FallbackPhase, FallbackState> EndForSilence()
    {
        var now = Context.System.Scheduler.Now.ToUniversalTime();
        var decision = FallbackPolicy.DecideSilence(StateData, now);
        if (decision.Event is not null)
            _statusTo.Tell(new NetworkStatus(now, decision.State.Phase, BitRate.Zero, BitRate.Zero, ByteSize.FromBytes(_total), _accounted?.Peers ?? []));
        return Enter(decision);
    }

    private State<FallbackPhase, FallbackState> Enter(FallbackDecision decision)
    {
        if (decision.Event is null)
            return Stay().Using(decision.State);
        if (decision.State.Phase == FallbackPhase.Inactive)
            _generator.Tell(TrafficGenerator.Rest.Instance);
        _log.Info("Network fallback {Phase}: {Event}", decision.State.Phase, decision.Event);
        _eventsTo.Tell(decision.Event);
        return GoTo(decision.State.Phase).Using(decision.State);
    }

    /// <summary>Our own part of the traffic since the previous input; a restarted generator counts from 0.</summary>
    private (BitRate Payload, BitRate OnWire) Own(TrafficGenerator.Accounted accounted)
    {
        var restarted = _accounted is null || accounted.Payload < _accounted.Payload;
        var payload = accounted.Payload - (restarted ? 0 : _accounted!.Payload);
        var packets = accounted.Packets - (restarted ? 0 : _accounted!.Packets);
        _total += payload;
        return _last is { } last && accounted.For.At > last.At
            ? (RateOf(payload), RateOf(RatePolicy.OnWire(payload, packets)))
            : (BitRate.Zero, BitRate.Zero);

        BitRate RateOf(long bytes) => BitRate.FromBits(8 * bytes / (accounted.For.At - last.At).TotalSeconds);
    }
}
