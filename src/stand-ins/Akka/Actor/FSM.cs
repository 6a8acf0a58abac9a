#nullable disable
using Akka.Event;
using Akka.Pattern;

namespace Akka.Actor;

/// <summary>An actor as a state machine: named states, each with a function from event to next state.</summary>
public abstract class FSM<TState, TData> : FSMBase
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<TState, StateFunction> _states = [];
    private readonly Dictionary<TState, TimeSpan?> _stateTimeouts = [];
    private readonly List<TransitionHandler> _onTransition = [];
    private readonly Dictionary<string, Timer> _timers = [];
    private readonly HashSet<IActorRef> _listeners = [];
    private State<TState, TData> _current;
    private State<TState, TData> _next;
    private StateFunction _unhandled;
    private Action<StopEvent<TState, TData>> _onTermination = static _ => { };
    private ICancelable _stateTimeout;
    private long _generation;

    protected bool DebugEvent;

    protected FSM()
    {
        DebugEvent = this is ILoggingFSM && Context.System.Settings.FsmDebugEvent;
        _unhandled = LogUnhandled;
    }

    public delegate State<TState, TData> StateFunction(Event<TData> fsmEvent);

    public delegate void TransitionHandler(TState initialState, TState nextState);

    public TState StateName => (_current ?? throw new IllegalStateException("You must call StartWith before calling StateName.")).StateName;

    public TData StateData => (_current ?? throw new IllegalStateException("You must call StartWith before calling StateData.")).StateData;

    public TData NextStateData => (_next ?? throw new InvalidOperationException("NextStateData is only available during OnTransition")).StateData;

    /// <summary>Given twice for a state, the second function has what the first answers null to.</summary>
    public void When(TState stateName, StateFunction func, TimeSpan? timeout = null)
    {
        _states[stateName] = _states.TryGetValue(stateName, out var first) ? OrElse(first, func) : func;
        _stateTimeouts[stateName] = _stateTimeouts.GetValueOrDefault(stateName) ?? timeout;
    }

    public void WhenUnhandled(StateFunction stateFunction) => _unhandled = OrElse(stateFunction, LogUnhandled);

    public void StartWith(TState stateName, TData stateData, TimeSpan? timeout = null) => _current = new State<TState, TData>(stateName, stateData, timeout);

    /// <summary>Enters the first state; a transition from it to itself.</summary>
    public void Initialize() => MakeTransition(_current ?? throw new IllegalStateException("You must call StartWith before calling Initialize."));

    /// <summary>A transition, also to the state one is in.</summary>
    public State<TState, TData> GoTo(TState nextStateName) => new(nextStateName, _current.StateData);

    /// <summary>No transition.</summary>
    public State<TState, TData> Stay() => _current.ForStay();

    public State<TState, TData> Stop() => Stop(Normal.Instance);

    public State<TState, TData> Stop(Reason reason) => Stop(reason, _current.StateData);

    public State<TState, TData> Stop(Reason reason, TData stateData) => Stay().Using(stateData).WithStopReason(reason);

    public void OnTransition(TransitionHandler transitionHandler) => _onTransition.Add(transitionHandler);

    public void OnTermination(Action<StopEvent<TState, TData>> terminationHandler) => _onTermination = terminationHandler;

    public void SetStateTimeout(TState state, TimeSpan? timeout) => _stateTimeouts[state] = timeout;

    public void SetTimer(string name, object msg, TimeSpan timeout, bool repeat = false)
    {
        if (DebugEvent) _log.Debug("setting {0}timer {1}/{2}: {3}", repeat ? "repeating " : "", name, timeout, msg);
        CancelTimer(name);
        var timer = new Timer(this, name, msg, repeat);
        var due = msg is IAutoReceivedMessage ? msg : timer;
        var scheduler = Context.System.Scheduler;
        timer.Task = repeat
            ? scheduler.ScheduleTellRepeatedlyCancelable(timeout, timeout, Self, due, Self)
            : scheduler.ScheduleTellOnceCancelable(timeout, Self, due, Self);
        _timers[name] = timer;
    }

    public void CancelTimer(string name)
    {
        if (_timers.Remove(name, out var timer)) timer.Task.Cancel();
    }

    public bool IsTimerActive(string name) => _timers.ContainsKey(name);

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case TimeoutMarker marker:
                if (ReferenceEquals(marker.Owner, this) && marker.Generation == _generation) Process(StateTimeout.Instance, "state timeout");
                break;
            case Timer timer:
                if (!_timers.TryGetValue(timer.Name, out var active) || !ReferenceEquals(active, timer)) break;
                EndStateTimeout();
                if (!timer.Repeats) _timers.Remove(timer.Name);
                Process(timer.Message, $"timer '{timer.Name}'");
                break;
            case SubscribeTransitionCallBack subscribe:
                Context.Watch(subscribe.ActorRef);
                _listeners.Add(subscribe.ActorRef);
                subscribe.ActorRef.Tell(new CurrentState<TState>(Self, _current.StateName));
                break;
            case UnsubscribeTransitionCallBack unsubscribe:
                Context.Unwatch(unsubscribe.ActorRef);
                _listeners.Remove(unsubscribe.ActorRef);
                break;
            default:
                EndStateTimeout();
                Process(message, Sender);
                break;
        }

        return true;
    }

    /// <summary>In a restart too: the next incarnation starts afresh.</summary>
    protected override void PostStop()
    {
        if (_current is not null) Terminate(Stay().WithStopReason(Shutdown.Instance));
        base.PostStop();
    }

    protected virtual void LogTermination(Reason reason)
    {
        if (reason is not Failure failure) return;
        if (failure.Cause is Exception cause) _log.Error(cause, "terminating due to Failure");
        else _log.Error(failure.Cause?.ToString() ?? "null");
    }

    private static StateFunction OrElse(StateFunction first, StateFunction second) => fsmEvent => first(fsmEvent) ?? second(fsmEvent);

    private State<TState, TData> LogUnhandled(Event<TData> fsmEvent)
    {
        _log.Warning("unhandled event {0} in state {1}", fsmEvent.FsmEvent, StateName);
        return Stay();
    }

    // A timeout that is in the mailbox already does not count any more either.
    private void EndStateTimeout()
    {
        _stateTimeout?.Cancel();
        _stateTimeout = null;
        _generation++;
    }

    private void Process(object message, object source)
    {
        var fsmEvent = new Event<TData>(message, _current.StateData);
        if (DebugEvent) _log.Debug("processing {0} from {1} in state {2}", fsmEvent, source, StateName);
        var before = _current;
        var next = _states[before.StateName](fsmEvent) ?? _unhandled(fsmEvent);
        if (next.StopReason is null)
        {
            MakeTransition(next);
        }
        else
        {
            Reply(next);
            Terminate(next);
            Context.Stop(Self);
        }

        if (DebugEvent && !Equals(before, next)) _log.Debug("transition {0} -> {1}", before, next);
    }

    private void MakeTransition(State<TState, TData> next)
    {
        if (!_states.ContainsKey(next.StateName))
        {
            Terminate(Stay().WithStopReason(new Failure($"Next state {next.StateName} does not exist")));
            return;
        }

        Reply(next);
        if (next.Notifies || !EqualityComparer<TState>.Default.Equals(_current.StateName, next.StateName))
        {
            _next = next;
            foreach (var handler in _onTransition) handler(_current.StateName, next.StateName);
            foreach (var listener in _listeners) listener.Tell(new Transition<TState>(Self, _current.StateName, next.StateName));
            _next = null;
        }

        _current = next;
        var timeout = next.Timeout ?? _stateTimeouts[next.StateName];
        if (timeout is { } limit && limit < TimeSpan.MaxValue)
            _stateTimeout = Context.System.Scheduler.ScheduleTellOnceCancelable(limit, Self, new TimeoutMarker(this, _generation), Self);
    }

    private void Reply(State<TState, TData> next)
    {
        for (var i = next.Replies.Count - 1; i >= 0; i--) Sender.Tell(next.Replies[i]);
    }

    private void Terminate(State<TState, TData> last)
    {
        if (_current.StopReason is not null) return;
        LogTermination(last.StopReason);
        foreach (var timer in _timers.Values) timer.Task.Cancel();
        _timers.Clear();
        _stateTimeout?.Cancel();
        _current = last;
        _onTermination(new StopEvent<TState, TData>(last.StopReason, last.StateName, last.StateData));
    }
}
