#nullable disable
namespace Akka.Actor;

/// <summary>What waits for children to stop.</summary>
internal enum StoppingReason
{
    /// <summary>Nothing: the actor itself stopped one and goes on.</summary>
    UserRequest,
    Recreation,
    Creation,
    Termination,
}

/// <summary>
/// The children of an actor by name. A name is taken from its reservation until the child has wholly stopped.
/// The cell's thread changes it; other threads look children up and, on a guardian, add them.
/// </summary>
internal sealed class ChildrenContainer
{
    private readonly object _gate = new();
    private Dictionary<string, ChildRestartStats> _byName;
    private HashSet<IActorRef> _stopping;
    private StoppingReason _reason;
    private Exception _cause;
    private bool _terminated;

    internal bool IsTerminating
    {
        get
        {
            lock (_gate) return _terminated || (_stopping is not null && _reason == StoppingReason.Termination);
        }
    }

    internal bool IsNormal
    {
        get
        {
            lock (_gate) return !_terminated && (_stopping is null || _reason == StoppingReason.UserRequest);
        }
    }

    /// <summary>A restart or a delayed creation waits for children to stop.</summary>
    internal bool IsWaitedFor
    {
        get
        {
            lock (_gate) return _stopping is not null && _reason is StoppingReason.Recreation or StoppingReason.Creation;
        }
    }

    internal void Reserve(string name)
    {
        lock (_gate)
        {
            if (_terminated || (_stopping is not null && _reason == StoppingReason.Termination))
                throw new InvalidOperationException($"Cannot reserve actor name '{name}'. Is {(_terminated ? "terminated" : "terminating")}.");
            _byName ??= [];
            if (!_byName.TryAdd(name, null)) throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
        }
    }

    internal void Unreserve(string name)
    {
        lock (_gate)
        {
            if (_byName is not null && _byName.TryGetValue(name, out var stats) && stats is null) _byName.Remove(name);
        }
    }

    /// <summary>False when the parent began to stop meanwhile: then the child has to stop too.</summary>
    internal bool Add(IInternalActorRef child)
    {
        lock (_gate)
        {
            if (_terminated) return false;
            _byName[child.Path.Name] = new ChildRestartStats(child);
            if (_stopping is null || _reason != StoppingReason.Termination) return true;
            _stopping.Add(child);
            return false;
        }
    }

    internal void WillStop(IActorRef child)
    {
        lock (_gate)
        {
            if (_terminated || FindByRef(child) is null) return;
            if (_stopping is null)
            {
                _stopping = [];
                _reason = StoppingReason.UserRequest;
            }

            _stopping.Add(child);
        }
    }

    /// <summary>True when children are stopping, so that this has to wait for the last of them.</summary>
    internal bool WaitForStopping(StoppingReason reason, Exception cause = null)
    {
        lock (_gate)
        {
            if (_stopping is null) return false;
            _reason = reason;
            _cause = cause;
            return true;
        }
    }

    internal void SetTerminated()
    {
        lock (_gate)
        {
            _terminated = true;
            _stopping = null;
            _byName = null;
        }
    }

    /// <summary>Takes a stopped child out; answers what waited for the last one of them.</summary>
    internal (StoppingReason? Continued, Exception Cause) Remove(IActorRef child)
    {
        lock (_gate)
        {
            if (FindByRef(child) is not null) _byName.Remove(child.Path.Name);
            if (_stopping is null) return default;
            _stopping.Remove(child);
            if (_stopping.Count > 0) return default;

            _stopping = null;
            var cause = _cause;
            _cause = null;
            if (_reason == StoppingReason.Termination) _terminated = true;
            return (_reason, cause);
        }
    }

    internal ChildRestartStats ByName(string name)
    {
        lock (_gate) return _byName is not null && _byName.TryGetValue(name, out var stats) ? stats : null;
    }

    internal ChildRestartStats ByRef(IActorRef child)
    {
        lock (_gate) return FindByRef(child);
    }

    internal IReadOnlyCollection<ChildRestartStats> Stats()
    {
        lock (_gate) return _byName is null ? [] : [.. _byName.Values.Where(s => s is not null)];
    }

    internal IReadOnlyCollection<IInternalActorRef> Refs() => [.. Stats().Select(s => s.Child)];

    private ChildRestartStats FindByRef(IActorRef child) =>
        _byName is not null && _byName.TryGetValue(child.Path.Name, out var stats) && stats is not null && stats.Child.Equals(child) ? stats : null;
}

/// <summary>How often a child was restarted lately.</summary>
public sealed class ChildRestartStats
{
    private long _windowStart = -1;

    internal ChildRestartStats(IInternalActorRef child) => Child = child;

    public IInternalActorRef Child { get; }

    public long Uid => Child.Path.Uid;

    public uint MaxNrOfRetriesCount { get; private set; }

    /// <summary>Counts one restart; false when it is one too many.</summary>
    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0) return false;
        if (withinTimeMilliseconds <= 0) return maxNrOfRetries < 0 || ++MaxNrOfRetriesCount <= maxNrOfRetries;

        // The window opens with a failure and stays open for its time; with the next failure after it a new one opens.
        var now = Environment.TickCount64;
        if (_windowStart < 0) _windowStart = now;
        if (now - _windowStart <= withinTimeMilliseconds)
            return ++MaxNrOfRetriesCount <= (maxNrOfRetries > 0 ? maxNrOfRetries : 1);

        MaxNrOfRetriesCount = 1;
        _windowStart = now;
        return true;
    }
}
