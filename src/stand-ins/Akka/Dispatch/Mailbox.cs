#nullable disable
using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Dispatch;

public interface IRunnable : IThreadPoolWorkItem
{
    void Run();
}

/// <summary>
/// What is told to one actor, in order, and the run that works it off on one thread at a time.
/// Any thread puts in; only the run takes out. System messages go first.
/// </summary>
public sealed class Mailbox : IRunnable
{
    private const int Closed = 1;
    private const int Scheduled = 2;
    private const int SuspendUnit = 4;

    private static readonly SystemMessage NoMore = new Create();

    private readonly ConcurrentQueue<Envelope> _queue = new();
    private readonly ActorCell _cell;
    private readonly MessageDispatcher _dispatcher;

    // What was unstashed: goes before the queue, and only the actor itself touches it.
    private Stack<Envelope> _front;

    // The newest first.
    private SystemMessage _system;
    private int _status;

    internal Mailbox(ActorCell cell, MessageDispatcher dispatcher)
    {
        _cell = cell;
        _dispatcher = dispatcher;
    }

    internal MessageDispatcher Dispatcher => _dispatcher;

    internal bool IsClosed => (Volatile.Read(ref _status) & Closed) != 0;

    internal bool IsSuspended => Volatile.Read(ref _status) >= SuspendUnit;

    internal int SuspendCount => Volatile.Read(ref _status) / SuspendUnit;

    internal bool HasMessages => _front is { Count: > 0 } || !_queue.IsEmpty;

    internal int NumberOfMessages => (_front?.Count ?? 0) + _queue.Count;

    internal void Enqueue(Envelope envelope)
    {
        _queue.Enqueue(envelope);
        var status = Volatile.Read(ref _status);
        if (status == 0)
        {
            if (Interlocked.CompareExchange(ref _status, Scheduled, 0) == 0) _dispatcher.Execute(this);
            else if (IsClosed) DrainToDeadLetters();
        }
        else if ((status & Closed) != 0)
        {
            DrainToDeadLetters();
        }
    }

    internal void EnqueueFirst(Envelope envelope)
    {
        _front ??= new Stack<Envelope>();
        _front.Push(envelope);
    }

    internal void SystemEnqueue(SystemMessage message)
    {
        while (true)
        {
            var head = Volatile.Read(ref _system);
            if (ReferenceEquals(head, NoMore))
            {
                ToDeadLetters(message);
                return;
            }

            message.Next = head;
            if (Interlocked.CompareExchange(ref _system, message, head) == head) break;
        }

        TrySchedule();
    }

    /// <summary>The first of all, put in before anybody else knows the mailbox.</summary>
    internal void SystemEnqueueBeforeStart(SystemMessage message) => _system = message;

    internal void Suspend() => Interlocked.Add(ref _status, SuspendUnit);

    /// <summary>Takes one suspension back; with the last one the messages go on.</summary>
    internal void Resume()
    {
        while (true)
        {
            var status = Volatile.Read(ref _status);
            if (status < SuspendUnit || (status & Closed) != 0) return;
            if (Interlocked.CompareExchange(ref _status, status - SuspendUnit, status) == status) break;
        }

        RunAgainIfNeeded();
    }

    internal void Start() => TrySchedule();

    /// <summary>Nothing is delivered any more; what waits becomes dead letters.</summary>
    internal void Close()
    {
        Interlocked.Or(ref _status, Closed);
        var waiting = Reversed(Interlocked.Exchange(ref _system, NoMore));
        while (waiting is not null)
        {
            var message = waiting;
            waiting = message.Next;
            message.Next = null;
            ToDeadLetters(message);
        }

        while (_front is { Count: > 0 }) ToDeadLetters(_front.Pop());
        DrainToDeadLetters();
    }

    public void Execute() => Run();

    public void Run()
    {
        var outer = ActorCell.Current;
        ActorCell.Current = _cell;
        try
        {
            if (!IsClosed)
            {
                ProcessSystemMessages();
                ProcessMessages();
            }
        }
        finally
        {
            ActorCell.Current = outer;
            Interlocked.And(ref _status, ~Scheduled);
            RunAgainIfNeeded();
        }
    }

    private void ProcessMessages()
    {
        var left = _dispatcher.Throughput;
        while ((Volatile.Read(ref _status) & ~Scheduled) == 0 && TryDequeue(out var envelope))
        {
            _cell.Invoke(envelope);
            ProcessSystemMessages();
            if (--left <= 0) return;
        }
    }

    private bool TryDequeue(out Envelope envelope) =>
        _front is { Count: > 0 } ? _front.TryPop(out envelope) : _queue.TryDequeue(out envelope);

    private void ProcessSystemMessages()
    {
        while (Volatile.Read(ref _system) is { } newest && !ReferenceEquals(newest, NoMore))
        {
            var taken = Interlocked.Exchange(ref _system, null);
            _cell.SystemInvoke(Reversed(taken));
        }
    }

    private void RunAgainIfNeeded()
    {
        var status = Volatile.Read(ref _status);
        if ((status & (Closed | Scheduled)) != 0) return;
        var hasSystem = Volatile.Read(ref _system) is { } system && !ReferenceEquals(system, NoMore);
        if (hasSystem || (status < SuspendUnit && HasMessages)) TrySchedule();
    }

    private void TrySchedule()
    {
        while (true)
        {
            var status = Volatile.Read(ref _status);
            if ((status & (Closed | Scheduled)) != 0) return;
            if (Interlocked.CompareExchange(ref _status, status | Scheduled, status) != status) continue;
            _dispatcher.Execute(this);
            return;
        }
    }

    private void DrainToDeadLetters()
    {
        while (_queue.TryDequeue(out var envelope)) ToDeadLetters(envelope);
    }

    private void ToDeadLetters(Envelope envelope)
    {
        // To a subscriber of dead letters that has ended: another one about it would come back here, and so on for ever.
        if (envelope.Message is DeadLetter) return;
        _cell.SystemImpl.DeadLetters.Tell(new DeadLetter(envelope.Message, envelope.Sender ?? _cell.SystemImpl.DeadLetters, _cell.Self), envelope.Sender);
    }

    private void ToDeadLetters(SystemMessage message) =>
        _cell.SystemImpl.DeadLetters.Tell(new DeadLetter(message, _cell.Self, _cell.Self), _cell.Self);

    private static SystemMessage Reversed(SystemMessage newest)
    {
        SystemMessage oldest = null;
        while (newest is not null && !ReferenceEquals(newest, NoMore))
        {
            var next = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = next;
        }

        return oldest;
    }
}
