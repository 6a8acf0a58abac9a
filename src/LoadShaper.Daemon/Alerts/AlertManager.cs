using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Fleet;

namespace LoadShaper.Daemon.Alerts;

/// <summary>
/// Carries out <see cref="AlertPolicy"/> and <see cref="DeadmanPolicy"/>: asks for the state of this VM, keeps the alerts in
/// <see cref="AlertFile"/>, and sends notifications with at most one request a channel at a time. HTTP and files never
/// run on its thread. Started only when a channel or a dead man's monitor is set.
/// </summary>
internal sealed class AlertManager : ReceiveActor, IWithTimers
{
    /// <param name="HealthReporter">Answers <see cref="ConditionWanted"/> with a <see cref="VmCondition"/>, and receives <see cref="AlertStatus"/>.</param>
    /// <param name="Time">Whose timestamps are monotonic.</param>
    public sealed record Setup(AlertSettings Settings, string Vm, AlertFile File, Func<AlertSender> CreateSender, IActorRef HealthReporter, TimeProvider Time);

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }

    private sealed record Loaded(KeptAlerts Kept, string? Problem);

    private sealed record Saved(string? Problem);

    private sealed record Delivered(string Channel, DeliveryResult Outcome);

    private sealed record Pinged(DeadmanPing Ping, DeliveryResult Outcome);

    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    // As many questions without an answer as a restart of the reporter takes at most.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Setup _setup;
    private readonly AlertSender _sender;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly long _started;
    private readonly Dictionary<string, ChannelState> _channels;
    private readonly HashSet<string> _sending = [];
    private DeadmanState? _deadman;
    private AlertState _alerts = AlertState.Empty;
    private VmCondition? _condition;
    private FleetStatus? _fleet;
    private TimeSpan? _decidedAt;
    private TimeSpan _answeredAt;
    private bool _saving, _unsaved;
    private string? _fileProblem;

    public AlertManager(Setup setup)
    {
        _setup = setup;
        _sender = setup.CreateSender();
        _started = setup.Time.GetTimestamp();
        _channels = setup.Settings.Channels.ToDictionary(channel => channel.Name, channel => ChannelState.Of(channel.Name, channel.Url.Shown), StringComparer.Ordinal);
        _deadman = setup.Settings.Deadman is { } target ? DeadmanState.Of(target) : null;
        Become(Loading);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Uptime => _setup.Time.GetElapsedTime(_started);

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    private IReadOnlyList<ChannelStatus> Statuses =>
        [.. _setup.Settings.Channels.Select(channel => _channels[channel.Name].Status), .. _deadman is { } deadman ? new[] { deadman.Status } : []];

    protected override void PreStart()
    {
        var file = _setup.File;
        Task.Run(() => file.Read()).PipeTo(
            Self, success: read => new Loaded(read.Kept, read.Problem), failure: cause => new Loaded(KeptAlerts.None, cause.Message));
    }

    protected override void PostStop()
    {
        _stopped.Cancel();
        _sender.Dispose();
    }

    // What the file says must be known before anything is decided; the first tick is not yet due.
    private void Loading()
    {
        Receive<Loaded>(loaded =>
        {
            if (loaded.Problem is { } problem)
                _log.Warning("Cannot use {File}: {Reason}; starting without the alerts of the last run", AlertFile.FileName, problem);
            _alerts = AlertState.OfLastRun(loaded.Kept.Raised);
            foreach (var waiting in loaded.Kept.Waiting)
                if (_channels.TryGetValue(waiting.Channel, out var channel) && channel.Address == waiting.Address)
                    _channels[waiting.Channel] = waiting.Notifications.Aggregate(channel, (state, notification) => state.Add(notification));
            Become(Ready);
            Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, Every, Every);
            Act();
        });
        Receive<FleetStatus>(status => _fleet = status);
    }

    private void Ready()
    {
        Receive<FleetStatus>(status => _fleet = status);
        Receive<Tick>(_ =>
        {
            if (Uptime - _answeredAt > Patience)
                Decide(null);
            _setup.HealthReporter.Tell(ConditionWanted.Instance);
        });
        Receive<VmCondition>(condition =>
        {
            _answeredAt = Uptime;
            Decide(condition);
        });
        Receive<Delivered>(OnDelivered);
        Receive<Pinged>(OnPinged);
        Receive<Saved>(saved =>
        {
            if (saved.Problem is { } problem && _fileProblem is null)
                _log.Warning("Cannot write {File}: {Reason}; alerts are kept in memory", AlertFile.FileName, problem);
            _fileProblem = saved.Problem;
            _saving = false;
            // A failed write is repeated with the next change or tick.
            _unsaved |= saved.Problem is not null;
            if (saved.Problem is null)
                Save();
            Report();
        });
    }

    private void Decide(VmCondition? condition)
    {
        _condition = condition;
        var uptime = Uptime;
        var input = new AlertInput(Now, uptime - (_decidedAt ?? uptime), _setup.Vm, condition, _fleet, Statuses);
        _decidedAt = uptime;
        var decision = AlertPolicy.Decide(_alerts, input);
        _unsaved |= decision.ChangesWhatIsKept(_alerts);
        _alerts = decision.State;
        foreach (var notification in decision.Notifications)
        {
            _log.Warning("Alert {Alert} {Phase}: {Title}; {Message}", notification.Kind, notification.Phase, notification.Title, notification.Message);
            foreach (var name in _channels.Keys.ToArray())
                _channels[name] = _channels[name].Add(notification);
        }
        Act();
    }

    private void Act()
    {
        Save();
        foreach (var channel in _setup.Settings.Channels)
            Send(channel);
        Ping();
        Report();
    }

    private void Send(AlertChannel channel)
    {
        if (_channels[channel.Name].Due(Uptime) is not { } notification || !_sending.Add(channel.Name))
            return;
        var (sender, verdict, cancel) = (_sender, _condition?.Verdict, _stopped.Token);
        Task.Run(() => sender.SendAsync(channel, notification, verdict, cancel)).PipeTo(
            Self, success: result => new Delivered(channel.Name, result), failure: cause => new Delivered(channel.Name, new DeliveryResult(cause.GetType().Name)));
    }

    private void Ping()
    {
        // Before the first answer nothing is known of the VM.
        if (_decidedAt is null || _setup.Settings.Deadman is not { } target || DeadmanPolicy.Decide(_deadman!, _alerts, _condition, Uptime) is not { } ping || !_sending.Add(DeadmanTarget.Name))
            return;
        var (sender, cancel) = (_sender, _stopped.Token);
        Task.Run(() => sender.SendAsync(target, ping, cancel)).PipeTo(
            Self, success: result => new Pinged(ping, result), failure: cause => new Pinged(ping, new DeliveryResult(cause.GetType().Name)));
    }

    private void OnDelivered(Delivered delivered)
    {
        _sending.Remove(delivered.Channel);
        var before = _channels[delivered.Channel];
        var after = before.Apply(delivered.Outcome, Now, Uptime);
        _channels[delivered.Channel] = after;
        Log(before.Status, after.Status, delivered.Outcome, after.NotBefore - Uptime);
        if (after.Dropped > before.Dropped)
            _log.Warning("Notification to {Channel} dropped after {Count} rejections: {Title}", after.Name, ChannelState.MostRejections, before.Waiting[0].Title);
        _unsaved |= after.Waiting.Count < before.Waiting.Count;
        Act();
    }

    private void OnPinged(Pinged pinged)
    {
        _sending.Remove(DeadmanTarget.Name);
        var before = _deadman!;
        _deadman = before.Apply(pinged.Ping, pinged.Outcome, Now, Uptime);
        Log(before.Status, _deadman.Status, pinged.Outcome, _deadman.NotBefore - Uptime);
        Report();
    }

    // The reason once, and again when it is another one: retries go on for hours.
    private void Log(ChannelStatus before, ChannelStatus after, DeliveryResult result, TimeSpan delay)
    {
        if (result.Problem is { } problem && problem != before.Problem)
            _log.Warning("Notification to {Channel} failed: {Reason}; retrying in {Delay}", after.Name, problem, delay);
        else if (result.IsDelivered && before.Problem is not null)
            _log.Info("Notifications to {Channel} work again", after.Name);
    }

    private void Save()
    {
        if (!_unsaved || _saving)
            return;
        (_saving, _unsaved) = (true, false);
        var file = _setup.File;
        var kept = new KeptAlerts(
            [.. _alerts.Raised], [.. _channels.Values.Select(channel => new WaitingNotifications(channel.Name, channel.Address, channel.Waiting))]);
        Task.Run(() => file.Write(kept)).PipeTo(Self, success: () => new Saved(null), failure: cause => new Saved(cause.Message));
    }

    private void Report() => _setup.HealthReporter.Tell(new AlertStatus(Statuses, [.. _alerts.Raised], _fileProblem));
}
