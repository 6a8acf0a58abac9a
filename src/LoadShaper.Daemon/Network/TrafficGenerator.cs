using Akka.Actor;
using Akka.Event;
using LoadShaper.Daemon.Network.Sending;
using LoadShaper.Domain;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Network;

/// <summary>
/// Sends to the peers that agreed, at the ordered rate, in bursts; silent before the first order, when an order is not renewed, and
/// beyond what the ledger allows. Sends <see cref="GeneratorChanged"/>, <see cref="PeerChanged"/> and <see cref="AllowanceLow"/> to
/// its parent.
/// </summary>
internal sealed class TrafficGenerator : ReceiveActor
{
    /// <summary>The rate within a burst.</summary>
    /// <param name="ValidFor">Not renewed in this time, the generator falls silent.</param>
    public sealed record SetRate(BitRate Rate, TimeSpan ValidFor);

    /// <summary>What the ledger allows.</summary>
    /// <param name="Until">Total since the generator's start up to which it may send.</param>
    public sealed record Allow(Traffic Until);

    /// <summary>Less than a tenth of what was allowed is left.</summary>
    /// <param name="Total">Sent since the generator's start.</param>
    public sealed record AllowanceLow(Traffic Total);

    /// <summary>Silent at once.</summary>
    public sealed record Rest
    {
        public static readonly Rest Instance = new();
    }

    /// <summary>Answered with <see cref="Accounted"/>.</summary>
    /// <param name="For">Null for an account without a decision.</param>
    public sealed record Account(FallbackInput? For);

    /// <param name="Payload">Bytes sent since the generator's start.</param>
    /// <param name="Wire">The same with headers and hellos.</param>
    /// <param name="Destinations">Null: private addresses alone.</param>
    public sealed record Accounted(
        FallbackInput? For, long Payload, long Packets, IReadOnlyList<PeerStatus> Peers,
        Traffic Wire = default, GeneratorPhase Phase = GeneratorPhase.Off, Destinations? Destinations = null);

    private sealed record Resolved(IReadOnlyList<ResolvedPeer> Peers);

    private sealed record ResolveFailed(Exception Cause);

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }

    // A few wake-ups a second while traffic is wanted, and one in a while to know the peers.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan IdleLookEvery = TimeSpan.FromSeconds(10);

    private readonly NetworkSettings _settings;
    private readonly TimeProvider _clock;

    // Akka's scheduler ticks so rarely that the bucket would overflow between two ticks.
    private readonly ITimer _timer;
    private readonly long _start;
    private readonly PeerLinks _links;
    private readonly bool _maySend;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IReadOnlyList<ResolvedPeer> _peers = [];
    private (SetRate Order, TimeSpan At)? _order;
    private GeneratorState _state;
    private TokenBucket _bucket;
    private TimeSpan? _resolvedAt, _firstPacket;
    private Traffic _until = Traffic.None, _low = Traffic.None;
    private bool _resolving, _sending, _lowReported;

    public TrafficGenerator(NetworkSettings settings, TimeProvider clock)
    {
        _settings = settings;
        _clock = clock;
        _links = new PeerLinks(settings);
        _maySend = FallbackPolicy.MaySend(settings);
        var self = Self;
        _timer = clock.CreateTimer(_ => self.Tell(Tick.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _start = clock.GetTimestamp();
        _state = GeneratorState.OffAt(TimeSpan.Zero);
        Receive<SetRate>(order =>
        {
            _order = (order, Now);
            Act();
        });
        Receive<Allow>(allow =>
        {
            var wire = _links.Wire;
            var granted = allow.Until - wire;
            _until = allow.Until;
            _low = new Traffic(Tenth(granted.External), Tenth(granted.Private));
            _lowReported = false;
            Act();
        });
        Receive<Rest>(_ => FallSilent());
        Receive<Tick>(_ => Act());
        Receive<Account>(account => Sender.Tell(new Accounted(
            account.For, _links.Payload, _links.Packets, _links.StatusAt(Now), _links.Wire, _state.Phase, _links.DestinationsAt(Now))));
        Receive<Resolved>(Use);
        Receive<ResolveFailed>(failed =>
        {
            (_resolving, _resolvedAt) = (false, Now);
            _log.Warning("Cannot resolve the peers: {Reason}; retrying in {Delay}", failed.Cause.Message, PeerResolver.RetryAfter);
        });
    }

    private TimeSpan Now => _clock.GetElapsedTime(_start);

    protected override void PreStart()
    {
        if (_maySend)
            Resolve();
    }

    protected override void PostStop()
    {
        _timer.Dispose();
        _links.Dispose();
    }

    private void Act()
    {
        if (!_maySend)
            return;
        var now = Now;
        if (_order is { } order && now - order.At > order.Order.ValidFor)
        {
            FallSilent();
            return;
        }
        var rate = _order?.Order.Rate ?? BitRate.Zero;
        var wished = rate > BitRate.Zero;
        if (!_resolving && now - _resolvedAt > (_peers.All(p => p is { EndPoint: not null, Stale: false }) ? PeerResolver.AgainAfter : PeerResolver.RetryAfter))
            Resolve();
        _state = _state.Wish(wished, now);
        // Peers are asked while the debounce runs, so that it is not followed by another wait.
        _links.Advance(now, _clock.GetUtcNow(), wished || _state.IsOn, MaySendHello);
        Turn(Input(wished, now, forced: false), now);
        var sending = _state.IsOn && wished && GeneratorPolicy.InBurst(_settings, now - _state.Since);
        // A pause does not fill the bucket.
        if (sending && _sending)
            Send(rate, now);
        else
            _bucket = TokenBucket.EmptyAt(now);
        _sending = sending;
        ReportLow();
        Report(_links.ChangesAt(now, _clock.GetUtcNow()));
        WakeAfter(sending ? RatePolicy.SendEvery(rate, _links.TcpBuffer(now)) : wished || _state.IsOn ? Wait(now) : IdleLookEvery);
    }

    private void WakeAfter(TimeSpan time) => _timer.Change(time, Timeout.InfiniteTimeSpan);

    private TimeSpan Wait(TimeSpan now)
    {
        if (!_state.IsOn)
            return LookEvery;
        var cycle = _settings.Burst + _settings.Idle;
        var toBurst = TimeSpan.FromTicks(cycle.Ticks - (now - _state.Since).Ticks % cycle.Ticks);
        return toBurst < LookEvery ? toBurst : LookEvery;
    }

    private void Send(BitRate rate, TimeSpan now)
    {
        var ramped = RatePolicy.Ramped(rate, _settings.Fallback.Ramp, now - (_firstPacket ?? now));
        _bucket = _bucket.Advance(now, ramped, LargestOnWire);
        var before = _links.Packets;
        _bucket = _links.Send(_bucket, ramped, now, Left);
        if (_firstPacket is null && _links.Packets > before)
            _firstPacket = now;
    }

    // The bucket is charged for the headers too.
    private ByteSize LargestOnWire => _settings.PacketSize + ByteSize.FromBytes(RatePolicy.HeaderBytes(ipv6: true, tcp: true));

    private long Left(bool isPrivate)
    {
        var left = _until - _links.Wire;
        return (isPrivate ? left.Private : left.External).Bytes;
    }

    private bool MaySendHello(bool isPrivate) => Left(isPrivate) >= LedgerKeeper.HelloBytes;

    private void ReportLow()
    {
        var left = _until - _links.Wire;
        if (_lowReported || (left.External >= _low.External && left.Private >= _low.Private))
            return;
        _lowReported = true;
        Context.Parent.Tell(new AllowanceLow(_links.Wire));
    }

    private void FallSilent()
    {
        var now = Now;
        _order = null;
        _sending = false;
        _state = _state.Wish(false, now);
        _links.Rest();
        Turn(Input(false, now, forced: true), now);
        WakeAfter(_maySend ? IdleLookEvery : Timeout.InfiniteTimeSpan);
    }

    private GeneratorInput Input(bool wished, TimeSpan now, bool forced) => new(
        _clock.GetUtcNow(), wished, _state.WishedSince is { } since ? now - since : TimeSpan.Zero, now - _state.Since,
        _settings.Peers.Count, _links.Resolved, _links.Failed(now),
        _links.Count(now, NetworkProtocol.Udp), _links.Count(now, NetworkProtocol.Tcp), forced);

    private void Turn(GeneratorInput input, TimeSpan now)
    {
        var before = _state.Phase;
        _state = _state.Turn(GeneratorPolicy.Decide(_settings.Generator, before, input), now);
        if (_state.Phase == before)
            return;
        if (!_state.IsOn || before == GeneratorPhase.Off)
            _firstPacket = null;
        Report([new GeneratorChanged(input, before, _state.Phase)]);
    }

    private void Report(IEnumerable<IEvent> events)
    {
        foreach (var happened in events)
        {
            _log.Info("Network: {Event}", NetworkEventText.Of(happened));
            Context.Parent.Tell(happened);
        }
    }

    private void Resolve()
    {
        _resolving = true;
        Task.Run(() => PeerResolver.ReadAsync(_settings)).PipeTo(
            Self, success: peers => new Resolved(peers), failure: cause => new ResolveFailed(cause));
    }

    private void Use(Resolved resolved)
    {
        var now = Now;
        (_resolving, _resolvedAt) = (false, now);
        var peers = PeerResolver.Keep(_peers, resolved.Peers);
        if (!peers.SequenceEqual(_peers))
        {
            foreach (var stale in peers.Except(_peers).Where(peer => peer.Stale))
                _log.Warning("Cannot resolve peer {Peer}; continuing with its last address {Address}, retrying in {Delay}", stale.Peer, stale.EndPoint, PeerResolver.RetryAfter);
            _peers = peers;
            _links.Use(peers, now);
        }
        Act();
    }

    private static ByteSize Tenth(ByteSize size) => ByteSize.FromBytes(size.Bytes / 10);
}
