using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Fleet;

namespace LoadShaper.Daemon.Fleet;

/// <summary>Reads the peers of FLEET_PEERS every minute and reports them as <see cref="FleetStatus"/>. Started only when there are peers.</summary>
internal sealed class FleetMonitor : ReceiveActor, IWithTimers
{
    private sealed record Poll
    {
        public static readonly Poll Instance = new();
    }

    private sealed record Polled(IReadOnlyList<FleetReading> Readings);

    private sealed record PollFailed(Exception Cause);

    public static readonly TimeSpan Every = TimeSpan.FromSeconds(60);

    // Of this daemon's own start no time is taken away.
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<FleetPeer> _peers;
    private readonly IReadOnlyList<IActorRef> _listeners;
    private readonly FleetClient _client = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private FleetStatus _status;
    private bool _reading;

    /// <param name="listeners">Receive a <see cref="FleetStatus"/> after each reading.</param>
    public FleetMonitor(IReadOnlyList<FleetPeer> peers, IReadOnlyList<IActorRef> listeners)
    {
        _peers = peers;
        _listeners = listeners;
        _status = FleetStatus.Unread(peers, Context.System.Scheduler.Now);
        Receive<Poll>(_ => Read());
        Receive<Polled>(polled =>
        {
            _reading = false;
            Report(_status.Apply(polled.Readings, Context.System.Scheduler.Now));
        });
        Receive<PollFailed>(failed =>
        {
            _reading = false;
            var problem = $"the request failed ({failed.Cause.GetBaseException().GetType().Name})";
            Report(_status.Apply([.. _peers.Select(peer => new FleetReading(peer, null, problem))], Context.System.Scheduler.Now));
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(Poll), Poll.Instance, First, Every);
        // After the timer: a test that has received it may advance the time.
        foreach (var listener in _listeners)
            listener.Tell(_status);
    }

    protected override void PostStop()
    {
        _stopped.Cancel();
        _client.Dispose();
    }

    private void Read()
    {
        if (_reading)
            return;
        _reading = true;
        var (client, peers, cancel) = (_client, _peers, _stopped.Token);
        Task.Run(async () => new Polled(await client.ReadAsync(peers, cancel))).PipeTo(Self, failure: cause => new PollFailed(cause));
    }

    private void Report(FleetStatus status)
    {
        foreach (var (before, after) in _status.Entries.Zip(status.Entries))
        {
            if (after.Problem is { } problem && before.Problem is null)
                _log.Warning("Peer {Peer} does not answer: {Reason}", after.Peer.Name, problem);
            else if (after.Problem is null && before.Problem is not null)
                _log.Info("Peer {Peer} answers again", after.Peer.Name);
        }
        _status = status;
        foreach (var listener in _listeners)
            listener.Tell(status);
    }
}
