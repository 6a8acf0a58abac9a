#nullable disable
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>
/// A few threads of a dispatcher's own (executor = fork-join-executor). Each starts when there is work and none is free,
/// and all end with the system.
/// </summary>
internal sealed class DedicatedThreads
{
    [ThreadStatic]
    private static DedicatedThreads t_current;

    private readonly Queue<IRunnable> _work = new();
    private readonly string _id;
    private readonly int _count;
    private int _started;
    private int _free;
    private bool _ended;

    internal DedicatedThreads(string id, int count)
    {
        _id = id;
        _count = count;
    }

    internal static DedicatedThreads From(string id, Config dispatcher)
    {
        var count = dispatcher.GetInt("dedicated-thread-pool.thread-count", 0);
        return count > 0
            ? new DedicatedThreads(id, count)
            : throw new ConfigurationException($"must define dedicated-thread-pool.thread-count for fork-join-executor {id}");
    }

    internal void Execute(IRunnable run)
    {
        lock (_work)
        {
            if (!_ended)
            {
                _work.Enqueue(run);

                // Alone in the queue, and put there by one of these threads: it takes that next, and no other need wake for it.
                if (_work.Count == 1 && ReferenceEquals(t_current, this)) return;
                if (_free > 0)
                {
                    _free--;
                    Monitor.Pulse(_work);
                }
                else if (_started < _count)
                {
                    _started++;
                    new Thread(Work) { IsBackground = true, Name = $"{_id}_{_started}" }.Start();
                }

                return;
            }
        }

        // The system is gone; what still was to run does so elsewhere.
        ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
    }

    internal void End()
    {
        lock (_work)
        {
            _ended = true;
            Monitor.PulseAll(_work);
        }
    }

    private void Work()
    {
        t_current = this;
        while (true)
        {
            IRunnable next;
            lock (_work)
            {
                while (!_work.TryDequeue(out next))
                {
                    if (_ended) return;
                    _free++;
                    Monitor.Wait(_work);
                }
            }

            next.Run();
        }
    }
}
