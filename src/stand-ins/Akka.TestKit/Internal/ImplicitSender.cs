using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>
/// Makes the test actor the sender of what a test tells without a sender: on the test's thread, and after each await of the test,
/// which goes on on another thread.
/// </summary>
internal sealed class ImplicitSender(ActorCell? cell) : SynchronizationContext
{
    public static void Set(IActorRef testActor) => Set(((LocalActorRef)testActor).Cell);

    public static void Clear() => Set(default(ActorCell));

    /// <summary>So that the next test on this thread does not begin with the actor of one that is over.</summary>
    public static void Release(IActorRef testActor)
    {
        if (ReferenceEquals(ActorCell.Current, ((LocalActorRef)testActor).Cell))
            ActorCell.Current = null!;
    }

    public override void Post(SendOrPostCallback d, object? state) => ThreadPool.QueueUserWorkItem(_ => Run(d, state), null);

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    public override SynchronizationContext CreateCopy() => new ImplicitSender(cell);

    private static void Set(ActorCell? cell)
    {
        ActorCell.Current = cell!;
        SetSynchronizationContext(new ImplicitSender(cell));
    }

    private void Run(SendOrPostCallback d, object? state)
    {
        var (outerCell, outerContext) = (ActorCell.Current, Current);
        SetSynchronizationContext(this);
        ActorCell.Current = cell!;
        try
        {
            d(state);
        }
        finally
        {
            ActorCell.Current = outerCell;
            SetSynchronizationContext(outerContext);
        }
    }
}
