#nullable disable
using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>One thread of its own for one actor. It starts and ends with the actor.</summary>
public sealed class PinnedDispatcher : MessageDispatcher
{
    private readonly Queue<IRunnable> _work = new();
    private ActorCell _owner;
    private bool _ended;

    internal PinnedDispatcher(string id, int throughput)
        : base(id, throughput)
    {
    }

    internal override void Attach(ActorCell cell)
    {
        if (_owner is not null) throw new InvalidOperationException($"Cannot register to anyone but {_owner.Self}");
        _owner = cell;
        new Thread(Work) { IsBackground = true, Name = $"{Id} {cell.Self.Path.ToStringWithoutAddress()}" }.Start();
    }

    internal override void Detach(ActorCell cell)
    {
        lock (_work)
        {
            _ended = true;
            Monitor.Pulse(_work);
        }
    }

    internal override void Execute(IRunnable run)
    {
        lock (_work)
        {
            if (!_ended)
            {
                _work.Enqueue(run);
                Monitor.Pulse(_work);
                return;
            }
        }

        // The actor is gone; what still was to run does so elsewhere.
        ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
    }

    private void Work()
    {
        while (true)
        {
            IRunnable next;
            lock (_work)
            {
                while (!_work.TryDequeue(out next))
                {
                    if (_ended) return;
                    Monitor.Wait(_work);
                }
            }

            next.Run();
        }
    }
}
