using System.Diagnostics;
using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Measure;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Engine;

/// <summary>
/// One thread that sends its part of the schedule over non-blocking sockets. Each turn: send what is due while a
/// connection is free, end what ran out of time, wait for events until the next of these.
/// </summary>
internal sealed class EngineThread : IDisposable
{
    internal const int ReadBufferBytes = 64 * 1024;

    // Responses must not wait for a long run of sends.
    private const int SendsPerTurn = 32;
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000 * Millisecond;

    // One turn shortly before the start: the first wake-up of a process takes milliseconds, in which its code is compiled.
    private const long ReadyBefore = 10 * Millisecond;

    private readonly RunClock _clock;
    private readonly ArrivalSource _source;
    private readonly ITransport[] _transports;
    private readonly List<IEventHandler> _handlers = [];
    private readonly FlowTable _flows;
    private readonly FlowExecution _execution;
    private readonly long _drain;
    private readonly long _scanInterval;
    private readonly long _from;
    private readonly SendLimit? _limit;
    private long _startSkew = -1;
    private long _nextTick;
    private long _nextScan;
    private volatile bool _stop;

    internal EngineThread(string name, CompiledPlan plan, LoadSchedule schedule, SchedulePartition partition, int connections, EngineFeed feed, RunClock clock, IReadOnlyList<AddressBook> addresses, long from, SendLimit? limit)
    {
        Name = name;
        _clock = clock;
        Connections = connections;
        Feed = feed;
        Poller = new Poller();
        _flows = new FlowTable(connections);
        var choice = new FlowChoice(plan.Plan.Flows, plan.Plan.Seed);
        _source = new ArrivalSource(schedule, plan.Plan, partition, (index, warmup) =>
            feed.Counters.OnOffered(plan.Flows[choice.Of(index)].Steps[0].Series, warmup), from);
        _transports = [.. plan.Plan.Targets.Select((target, i) => TransportFactory.Create(this, plan.Plan, target, addresses[i]))];
        _execution = new FlowExecution(plan, choice, _source, _flows, feed, _transports);
        _drain = (plan.Plan.Drain?.Ticks * 100 ?? plan.LongestFlow) + Second;
        _scanInterval = Math.Clamp(plan.ShortestTimeout / 100, Millisecond, 50 * Millisecond);
        _from = from;
        _limit = limit;
        _nextTick = schedule.SecondAt(from) + Second;
    }

    internal string Name { get; }
    internal EngineFeed Feed { get; }
    internal Poller Poller { get; }
    internal FlowExecution Execution => _execution;

    /// <summary>Upper bound of open connections of this thread.</summary>
    internal int Connections { get; }

    internal int OpenConnections { get; set; }
    internal byte[] ReadBuffer { get; } = new byte[ReadBufferBytes];
    internal ByteWriter Request { get; } = new();
    internal ByteWriter RequestBody { get; } = new();
    internal int ThreadId { get; private set; }

    /// <summary>Nanoseconds from the start to the first turn after it; null before.</summary>
    internal long? StartSkew => Volatile.Read(ref _startSkew) is var skew and >= 0 ? skew : null;

    /// <summary>The thread stopped because nothing may be sent any more.</summary>
    internal bool LimitPassed { get; private set; }

    /// <summary>When no new requests were taken any more, in schedule time; null while they are.</summary>
    internal long? StoppedAt { get; private set; }

    /// <summary>Nanoseconds of the schedule, read now.</summary>
    internal long Clock() => _clock.Now;

    internal int Register(IEventHandler handler)
    {
        _handlers.Add(handler);
        return _handlers.Count - 1;
    }

    /// <summary>Room for one more connection, if need be by closing an idle one of another target.</summary>
    internal void MakeRoom(ITransport asking)
    {
        if (OpenConnections < Connections)
            return;
        foreach (var transport in _transports)
        {
            if (transport != asking && transport.CloseIdle())
                return;
        }
    }

    /// <summary>No new requests; the thread ends when what is in flight ended, at most a second later. Any thread may call it.</summary>
    internal void Stop()
    {
        _stop = true;
        Poller.Wake();
    }

    /// <summary>The body of the thread.</summary>
    internal void Run(ManualResetEventSlim ready, ManualResetEventSlim start)
    {
        ThreadId = Libc.ThreadId();
        Libc.RemoveTimerSlack();
        ready.Set();
        start.Wait();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        long end = long.MaxValue;
        while (true)
        {
            var now = Clock();
            StopAtLimit(now);
            if (_startSkew < 0 && now >= _from)
                Volatile.Write(ref _startSkew, now - _from);
            if (!_stop)
                _source.Advance(now);
            if (end == long.MaxValue && (_stop || _source.Ended))
            {
                end = now + (_stop ? Second : _drain);
                StoppedAt = now;
            }

            // An interruption shortens the wait for what is in flight.
            if (_stop)
            {
                end = Math.Min(end, now + Second);
                _execution.Stopping = true;
            }

            if (now >= end || (end != long.MaxValue && _flows.InFlight == 0))
                break;
            var more = end == long.MaxValue && SendDue(ref now);
            if (_flows.InFlight > 0 && now >= _nextScan)
                EndOverdue(now);
            while (now >= _nextTick)
                Tick(_nextTick);
            Wait(more ? now : NextWake(end));
        }

        Feed.AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Tick(Math.Max(Clock(), _nextTick - Second + 1));
    }

    public void Dispose()
    {
        foreach (var transport in _transports)
            transport.CloseAll();
        Poller.Dispose();
    }

    private bool SendDue(ref long now)
    {
        for (var i = 0; i < SendsPerTurn; i++)
        {
            if (StopAtLimit(now) || _flows.Free == 0 || !_source.TryTake(now, out var arrival))
                return false;
            _execution.Begin(arrival, now);
            now = Clock();
        }

        return true;
    }

    /// <summary>True: nothing may be sent any more. Steps that follow are not started either.</summary>
    private bool StopAtLimit(long now)
    {
        if (_limit is null || LimitPassed || now + _clock.Origin < _limit.Nanoseconds)
            return LimitPassed;
        LimitPassed = _stop = _execution.Stopping = true;
        return true;
    }

    private long NextWake(long end)
    {
        var wake = Math.Min(_startSkew >= 0 ? _nextTick : Clock() < _from - ReadyBefore ? _from - ReadyBefore : _from, end);
        if (_flows.InFlight > 0)
            wake = Math.Min(wake, _nextScan);
        if (end != long.MaxValue)
            return wake;
        wake = Math.Min(wake, _source.NextSwitch);
        return _flows.Free > 0 ? Math.Min(wake, _source.NextDue) : wake;
    }

    private void Wait(long until)
    {
        var count = Poller.Wait(Clock(), until, _clock.Origin);
        // A response can be followed by the next step of its flow.
        StopAtLimit(Clock());
        for (var i = 0; i < count; i++)
        {
            if (Poller.Event(i, out var key, out var events))
                _handlers[(int)key].OnEvent((int)(key >> 32), events);
        }

        if (!Poller.Woken)
            return;
        foreach (var transport in _transports)
            (transport as IWakeable)?.OnWake();
    }

    private void EndOverdue(long now)
    {
        _nextScan = now + _scanInterval;
        var from = 0;
        while (_flows.NextOverdue(now, ref from) is { } flow)
            _execution.TimedOut(flow, now);
    }

    private void Tick(long at)
    {
        _nextTick = at + Second;
        _execution.WriteTick(at, _source.Users);
    }
}

/// <summary>Something that owns file descriptors in the thread's epoll set.</summary>
internal interface IEventHandler
{
    /// <param name="generation">Which of its descriptors the event was for; events of earlier ones are stale.</param>
    void OnEvent(int generation, int events);
}

/// <summary>Time of the schedule: nanoseconds since its start, negative before it.</summary>
internal sealed class RunClock
{
    /// <summary>Monotonic nanoseconds at which the schedule starts.</summary>
    internal long Origin { get; set; }

    internal long Now => Monotonic - Origin;

    // On Linux the time stamp is CLOCK_MONOTONIC in nanoseconds.
    internal static long Monotonic => Stopwatch.GetTimestamp();
}
