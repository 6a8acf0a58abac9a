using Akka.Actor;
using Akka.TestKit;

namespace Akka.ContractTests;

/// <summary>
/// What LoadShaper relies on in Akka.NET. Only public API of Akka.NET 1.5: the same tests hold for the real packages and for the
/// stand-in.
/// </summary>
public abstract class Contract(string config = "akka.loglevel = INFO") : Akka.TestKit.Xunit2.TestKit(config)
{
    /// <summary>How long a test watches that nothing comes. Longer is never wrong, shorter could let a late message slip.</summary>
    protected static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(150);
}

/// <summary>A contract under virtual time.</summary>
public abstract class VirtualTimeContract(string config = "") : Contract(
    """akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """ + "\n" + config)
{
    protected TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    /// <summary>Returns when the actor has handled what it was told so far; it must answer Identify, as every actor does.</summary>
    protected void Settle(IActorRef actor)
    {
        var probe = CreateTestProbe();
        actor.Tell(new Identify(null), probe.Ref);
        probe.ExpectMsg<ActorIdentity>();
    }
}
