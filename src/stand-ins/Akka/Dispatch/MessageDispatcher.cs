#nullable disable
using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>Lends threads to mailboxes.</summary>
public abstract class MessageDispatcher
{
    public const int DefaultThroughput = 100;

    private protected MessageDispatcher(string id, int throughput)
    {
        Id = id;
        Throughput = throughput;
    }

    public string Id { get; }

    /// <summary>How many messages one actor works off before the others have their turn.</summary>
    public int Throughput { get; set; }

    public void Schedule(Action run) => Execute(new ActionRunnable(run));

    public void Schedule(IRunnable run) => Execute(run);

    internal abstract void Execute(IRunnable run);

    internal virtual void End()
    {
    }

    internal virtual void Attach(ActorCell cell)
    {
    }

    internal virtual void Detach(ActorCell cell)
    {
    }
}

/// <summary>Shares threads fairly: those of the .NET pool, or some of its own.</summary>
public sealed class Dispatcher : MessageDispatcher
{
    private readonly DedicatedThreads _own;

    internal Dispatcher(string id, int throughput, DedicatedThreads own = null)
        : base(id, throughput) => _own = own;

    internal override void Execute(IRunnable run)
    {
        if (_own is null) ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
        else _own.Execute(run);
    }

    internal override void End() => _own?.End();
}

public sealed class ActionRunnable(Action action) : IRunnable
{
    public void Run() => action();

    public void Execute() => action();
}
