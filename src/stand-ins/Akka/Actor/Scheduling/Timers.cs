#nullable disable
namespace Akka.Actor;

/// <summary>Gives an actor timers that end with its incarnation.</summary>
public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}

/// <summary>Messages to oneself, later. A cancelled or replaced timer delivers nothing, even when its message is in the mailbox already.</summary>
public interface ITimerScheduler
{
    IReadOnlyCollection<object> ActiveTimers { get; }

    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender);

    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender);

    bool IsTimerActive(object key);

    void Cancel(object key);

    void CancelAll();
}

internal class TimerMessage(object key, int generation, TimerScheduler owner, object message) : IWrappedMessage, INoSerializationVerificationNeeded
{
    internal object Key => key;

    internal int Generation => generation;

    internal TimerScheduler Owner => owner;

    public object Message => message;

    public override string ToString() => $"TimerMsg(key={key}, generation={generation}, message={message})";
}

internal sealed class TimerMessageWithoutInfluence(object key, int generation, TimerScheduler owner, object message)
    : TimerMessage(key, generation, owner, message), INotInfluenceReceiveTimeout;

internal sealed class TimerScheduler : ITimerScheduler
{
    private readonly Dictionary<object, (int Generation, bool Repeats, ICancelable Task)> _timers = [];
    private readonly IActorContext _context;
    private int _generation;

    internal TimerScheduler(IActorContext context) => _context = context;

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => Start(key, msg, interval, interval, ActorRefs.NoSender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender) => Start(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) => Start(key, msg, initialDelay, interval, ActorRefs.NoSender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender) => Start(key, msg, initialDelay, interval, sender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, null, ActorRefs.NoSender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender) => Start(key, msg, timeout, null, sender);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer)) timer.Task.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values) timer.Task.Cancel();
        _timers.Clear();
    }

    /// <summary>The message of a timer that still counts, else null.</summary>
    internal object Accept(TimerMessage due)
    {
        if (!ReferenceEquals(due.Owner, this) || !_timers.TryGetValue(due.Key, out var timer) || timer.Generation != due.Generation) return null;
        if (!timer.Repeats) _timers.Remove(due.Key);
        return due.Message;
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan? interval, IActorRef sender)
    {
        Cancel(key);
        var generation = ++_generation;
        var due = message is INotInfluenceReceiveTimeout
            ? new TimerMessageWithoutInfluence(key, generation, this, message)
            : new TimerMessage(key, generation, this, message);
        var scheduler = _context.System.Scheduler;
        var task = interval is { } period
            ? scheduler.ScheduleTellRepeatedlyCancelable(delay, period, _context.Self, due, sender)
            : scheduler.ScheduleTellOnceCancelable(delay, _context.Self, due, sender);
        _timers[key] = (generation, interval is not null, task);
    }
}
