using Akka.Actor;
using Akka.Dispatch;

namespace Akka.TestKit;

/// <summary>Runs an actor on the thread that tells it: when Tell returns, the message is handled, unless another thread is at it.</summary>
public class CallingThreadDispatcher : MessageDispatcher
{
    public static new readonly string Id = "akka.test.calling-thread-dispatcher";

    internal CallingThreadDispatcher(string id)
        : base(id, int.MaxValue)
    {
    }

    internal override void Execute(IRunnable run) => run.Run();
}
