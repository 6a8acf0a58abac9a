using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Network;

/// <summary>Sends to the peers in turn at the ordered rate, in bursts; silent before the first order, and when an order is not renewed.</summary>
internal sealed class TrafficGenerator : ReceiveActor
{
    /// <summary>The rate within a burst.</summary>
    /// <param name="ValidFor">Not renewed in this time, the generator falls silent.</param>
    public sealed record SetRate(BitRate Rate, TimeSpan ValidFor);

    /// <summary>Silent at once.</summary>
    public sealed record Rest
    {
        public static readonly Rest Instance = new();
    }

    /// <summary>Answered with <see cref="Accounted"/>.</summary>
    public sealed record Account(FallbackInput For);

    /// <param name="Payload">Bytes sent since the generator's start.</param>
    public sealed record Accounted(FallbackInput For, long Payload, long Packets, IReadOnlyList<PeerStatus> Peers);

    private sealed record Resolved(IReadOnlyList<ResolvedPeer> Peers);

    private sealed record ResolveFailed(Exception Cause);

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }

    // Fifty wake-ups a second while sending, one while waiting, none otherwise.
    private static readonly TimeSpan SendEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ResolveAgainAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ResolveFailedAfter = TimeSpan.FromMinutes(1);

    private readonly NetworkSettings _settings;
    private readonly TimeProvider _clock;

    // Akka's scheduler ticks so rarely that the bucket would overflow between two ticks.
    private readonly ITimer _timer;
    private readonly long _start;
    private readonly byte[] _payload;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IReadOnlyList<ResolvedPeer> _peers = [];
    private List<(ResolvedPeer Peer, PeerSocket Socket)> _sockets = [];
    private (SetRate Order, TimeSpan At)? _order;
    private GeneratorState _state;
    private TokenBucket _bucket;
    private TimeSpan? _resolvedAt;
    private bool _resolving, _sending;
    private int _next;
    private long _sent, _packets;

    public TrafficGenerator(NetworkSettings settings, TimeProvider clock)
    {
        _settings = settings;
        _clock = clock;
        var self = Self;
        _timer = clock.CreateTimer(_ => self.Tell(Tick.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _start = clock.GetTimestamp();
        _state = GeneratorState.OffAt(TimeSpan.Zero);
        _payload = new byte[settings.PacketSize.Bytes];
        // Random bytes: nothing on the way can compress them.
        Random.Shared.NextBytes(_payload);
        Receive<SetRate>(order =>
        {
            _order = (order, Now);
            Act();
        });
        Receive<Rest>(_ => FallSilent());
        Receive<Tick>(_ => Act());
        Receive<Account>(account => Sender.Tell(new Accounted(account.For, _sent, _packets, Peers())));
        Receive<Resolved>(Use);
        Receive<ResolveFailed>(failed =>
        {
            (_resolving, _resolvedAt) = (false, Now);
            _log.Warning("Cannot resolve the peers: {Reason}; retrying in {Delay}", failed.Cause.Message, ResolveFailedAfter);
        });
    }

    private TimeSpan Now => _clock.GetElapsedTime(_start);

    protected override void PreStart()
    {
        if (FallbackPolicy.MaySend(_settings))
            Resolve();
    }

    protected override void PostStop()
    {
        _timer.Dispose();
        CloseAll();
    }

    private void Act()
    {
        var now = Now;
        if (_order is { } order && now - order.At > order.Order.ValidFor)
        {
            FallSilent();
            return;
        }
        var rate = _order?.Order.Rate ?? BitRate.Zero;
        var wished = rate > BitRate.Zero;
        if (wished && !_resolving && now - _resolvedAt > (_peers.Count > 0 && _peers.All(p => p.EndPoint is not null) ? ResolveAgainAfter : ResolveFailedAfter))
            Resolve();
        var before = _state;
        _state = GeneratorPolicy.Decide(_settings.Generator, _state, wished, now);
        if (before.Phase != _state.Phase)
            Turn();
        var sending = _state.Phase == GeneratorPhase.On && wished && GeneratorPolicy.InBurst(_settings, now - _state.Since);
        // A pause does not fill the bucket.
        if (sending && _sending)
            Send(rate, now);
        else
            _bucket = TokenBucket.EmptyAt(now);
        _sending = sending;
        WakeAfter(!wished && _state.Phase == GeneratorPhase.Off ? Timeout.InfiniteTimeSpan : sending ? SendEvery : Wait(now, wished));
    }

    private void WakeAfter(TimeSpan time) => _timer.Change(time, Timeout.InfiniteTimeSpan);

    private TimeSpan Wait(TimeSpan now, bool wished)
    {
        if (_state.Phase == GeneratorPhase.Off || !wished)
            return LookEvery;
        var cycle = _settings.Burst + _settings.Idle;
        var toBurst = TimeSpan.FromTicks(cycle.Ticks - (now - _state.Since).Ticks % cycle.Ticks);
        return toBurst < LookEvery ? toBurst : LookEvery;
    }

    private void Send(BitRate rate, TimeSpan now)
    {
        _bucket = _bucket.Advance(now, rate, _settings.PacketSize);
        for (var blocked = 0; blocked < _sockets.Count && _bucket.Allows(_settings.PacketSize);)
        {
            var sent = _sockets[_next].Socket.Send(_payload, now);
            _next = (_next + 1) % _sockets.Count;
            if (sent == 0)
            {
                blocked++;
                continue;
            }
            blocked = 0;
            _bucket = _bucket.Take(sent);
            _sent += sent;
            _packets++;
        }
    }

    private void FallSilent()
    {
        _order = null;
        _sending = false;
        WakeAfter(Timeout.InfiniteTimeSpan);
        if (_state.Phase == GeneratorPhase.On)
        {
            _state = GeneratorState.OffAt(Now);
            Turn();
        }
        else
        {
            _state = _state with { WishedSince = null };
        }
    }

    private void Turn()
    {
        CloseAll();
        if (_state.Phase == GeneratorPhase.On)
            OpenAll();
        _log.Info("Traffic {Phase}", _state.Phase);
    }

    private void Resolve()
    {
        _resolving = true;
        Task.Run(() => PeerResolver.ReadAsync(_settings)).PipeTo(
            Self, success: peers => new Resolved(peers), failure: cause => new ResolveFailed(cause));
    }

    private void Use(Resolved resolved)
    {
        (_resolving, _resolvedAt) = (false, Now);
        if (resolved.Peers.SequenceEqual(_peers))
            return;
        foreach (var peer in resolved.Peers.Except(_peers).Where(p => p.Trouble is not null))
            _log.Warning("No traffic to peer {Peer} ({Address}): {Reason}", peer.Peer, peer.EndPoint?.Address.ToString() ?? "no address", peer.Trouble);
        _peers = resolved.Peers;
        if (_state.Phase != GeneratorPhase.On)
            return;
        CloseAll();
        OpenAll();
    }

    private void OpenAll()
    {
        _next = 0;
        _sockets =
        [
            .. _peers.Where(p => p is { EndPoint: not null, Trouble: null }).Select(p => (p, (PeerSocket)(_settings.Protocol == NetworkProtocol.Tcp
                ? new TcpPeerSocket(_settings, p.EndPoint!)
                : new UdpPeerSocket(_settings, p.EndPoint!)))),
        ];
    }

    private void CloseAll()
    {
        foreach (var (_, socket) in _sockets)
            socket.Dispose();
        _sockets = [];
    }

    private PeerStatus[] Peers() =>
    [
        .. _peers.Select(p => new PeerStatus(
            p.Peer, p.EndPoint?.ToString(), p.Trouble ?? _sockets.Find(s => s.Peer == p).Socket?.Trouble)),
    ];
}
