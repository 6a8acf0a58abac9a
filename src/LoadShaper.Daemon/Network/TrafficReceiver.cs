using Akka.Actor;
using Akka.Event;
using LoadShaper.Daemon.Network.Receiving;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;

namespace LoadShaper.Daemon.Network;

/// <summary>Owns the receiver of NET_MODE=server and both; keeps the addresses of the peers current.</summary>
internal sealed class TrafficReceiver : ReceiveActor, IWithTimers
{
    /// <summary>Answered with <see cref="Accounted"/>.</summary>
    /// <param name="For">Null for an account without a decision.</param>
    public sealed record Account(FallbackInput? For);

    public sealed record Accounted(FallbackInput? For, ReceiverStatus Status);

    private sealed record Listen
    {
        public static readonly Listen Instance = new();
    }

    private sealed record Resolve
    {
        public static readonly Resolve Instance = new();
    }

    private sealed record Resolved(IReadOnlyList<ResolvedPeer> Peers);

    private sealed record ResolveFailed(Exception Cause);

    private readonly NetworkSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ReceiverServer _server;
    private IReadOnlyList<ResolvedPeer> _peers = [];

    public TrafficReceiver(NetworkSettings settings)
    {
        _settings = settings;
        _server = new ReceiverServer(settings, TimeProvider.System);
        if (_server.Problem is { } problem)
            _log.Error("Receiver: {Problem}; no traffic is received, retrying in {Delay}", problem, PeerResolver.RetryAfter);
        else
            LogListening();
        Receive<Listen>(_ => TryListen());
        Receive<Account>(account => Sender.Tell(new Accounted(account.For, _server.Read())));
        Receive<Resolve>(_ => Task.Run(() => PeerResolver.ReadAsync(settings)).PipeTo(
            Self, success: peers => new Resolved(peers), failure: cause => new ResolveFailed(cause)));
        Receive<Resolved>(resolved =>
        {
            _peers = PeerResolver.Keep(_peers, resolved.Peers);
            AcceptPeers();
            Again(_peers.All(peer => peer is { EndPoint: not null, Stale: false }) ? PeerResolver.AgainAfter : PeerResolver.RetryAfter);
        });
        Receive<ResolveFailed>(failed =>
        {
            _log.Warning("Cannot resolve the peers: {Reason}; retrying in {Delay}", failed.Cause.Message, PeerResolver.RetryAfter);
            Again(PeerResolver.RetryAfter);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Self.Tell(Resolve.Instance);
        ListenAgain();
    }

    protected override void PostStop() => _server.Dispose();

    // The port may be held by a program that ends, as by the daemon before this one.
    private void TryListen()
    {
        _server.Dispose();
        _server = new ReceiverServer(_settings, TimeProvider.System);
        AcceptPeers();
        if (_server.Problem is null)
            LogListening();
        ListenAgain();
    }

    private void ListenAgain()
    {
        if (_server.Problem is not null)
            Timers.StartSingleTimer(nameof(Listen), Listen.Instance, PeerResolver.RetryAfter);
    }

    private void AcceptPeers() => _server.Accept(_peers.Where(peer => peer.IsUsable).Select(peer => peer.EndPoint!.Address));

    private void LogListening() => _log.Info("Receiver listens on port {Port} for {Count} peers", _server.Port, _settings.Peers.Count);

    private void Again(TimeSpan after) => Timers.StartSingleTimer(nameof(Resolve), Resolve.Instance, after);
}
