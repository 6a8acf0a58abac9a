using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Lifecycle;

public class StopTests : Contract
{
    [Fact]
    public void Stop_ends_an_actor_after_the_message_at_hand_and_what_waits_is_lost()
    {
        var actor = Started();
        var gate = new Gate(thenStop: true);
        actor.Tell(gate);
        actor.Tell("waits");
        EventFilter.DeadLetter<string>(m => m == "waits").ExpectOne(gate.Open);
        ExpectMsg("it stops");
    }

    [Fact]
    public void A_poison_pill_ends_an_actor_after_the_messages_before_it()
    {
        var actor = Started();
        actor.Tell("before");
        actor.Tell(PoisonPill.Instance);
        ExpectMsg("before");
        ExpectMsg("it stops");
        EventFilter.DeadLetter<string>(m => m == "after").ExpectOne(() => actor.Tell("after"));
    }

    [Fact]
    public void Kill_makes_an_actor_fail_and_its_supervisor_stops_it()
    {
        var actor = Started();
        Watch(actor);
        EventFilter.Exception<ActorKilledException>().ExpectOne(() => actor.Tell(Kill.Instance));
        ExpectMsg("it stops");
        ExpectTerminated(actor);
    }

    [Fact]
    public void Children_stop_before_their_parent()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Family(TestActor)));
        ExpectMsg("child starts");
        Sys.Stop(parent);
        ExpectMsg("child stops");
        ExpectMsg("parent stops");
    }

    [Fact]
    public void An_actor_can_stop_itself_and_still_finishes_its_handler()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StopsItself(TestActor)));
        Watch(actor);
        actor.Tell("end");
        ExpectMsg("finished");
        ExpectTerminated(actor);
    }

    [Fact]
    public async Task A_graceful_stop_completes_when_the_actor_has_ended()
    {
        var actor = Started();
        Assert.True(await actor.GracefulStop(TimeSpan.FromSeconds(3)));
        ExpectMsg("it stops");
    }

    [Fact]
    public async Task A_graceful_stop_that_takes_too_long_says_so()
    {
        var actor = Started();
        var gate = new Gate();
        actor.Tell(gate);
        Assert.False(await actor.GracefulStop(TimeSpan.FromMilliseconds(50)));
        gate.Open();
    }

    [Fact]
    public void An_exception_while_stopping_is_logged_and_the_actor_ends_all_the_same()
    {
        var actor = Sys.ActorOf<FailsToStop>();
        Watch(actor);
        EventFilter.Exception<Asked>().ExpectOne(() => Sys.Stop(actor));
        ExpectTerminated(actor);
    }

    private IActorRef Started()
    {
        var actor = Sys.ActorOf(Recorder.Props(TestActor));
        ExpectMsg("it starts");
        return actor;
    }

    private sealed class Family : ReceiveActor
    {
        private readonly IActorRef _target;

        public Family(IActorRef target)
        {
            _target = target;
            Context.ActorOf(Recorder.Props(target, "child"));
        }

        protected override void PostStop() => _target.Tell("parent stops");
    }

    private sealed class StopsItself : ReceiveActor
    {
        public StopsItself(IActorRef target) => Receive<string>(_ =>
        {
            Context.Stop(Self);
            target.Tell("finished");
        });
    }

    private sealed class FailsToStop : ReceiveActor
    {
        protected override void PostStop() => throw new Asked();
    }
}
