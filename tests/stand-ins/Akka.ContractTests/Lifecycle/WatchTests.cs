using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Lifecycle;

public class WatchTests : Contract
{
    [Fact]
    public void A_watcher_hears_of_the_end_once()
    {
        var actor = Sys.ActorOf(Recorder.Props(CreateTestProbe().Ref));
        Watch(actor);
        Watch(actor);
        Sys.Stop(actor);
        var terminated = ExpectTerminated(actor);
        Assert.True(terminated.ExistenceConfirmed);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Every_watcher_hears_of_the_end()
    {
        var actor = Sys.ActorOf(Recorder.Props(CreateTestProbe().Ref));
        var other = CreateTestProbe();
        Watch(actor);
        other.Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        other.ExpectTerminated(actor);
    }

    [Fact]
    public void A_restart_is_no_end()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Recorder.Props(probe.Ref));
        Watch(actor);
        EventFilter.Exception<Asked>().ExpectOne(() => actor.Tell(new Asked()));
        probe.FishForMessage<string>(m => m == "it after restart: as asked");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Who_no_longer_watches_hears_nothing()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Recorder.Props(probe.Ref));
        Watch(actor);
        Unwatch(actor);
        Sys.Stop(actor);
        probe.FishForMessage<string>(m => m == "it stops");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Watching_an_actor_that_has_ended_tells_so_at_once()
    {
        var actor = Sys.ActorOf(Recorder.Props(CreateTestProbe().Ref));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        var late = CreateTestProbe();
        late.Watch(actor);
        late.ExpectTerminated(actor);
    }

    [Fact]
    public void Watching_a_path_where_nobody_lives_tells_that_its_existence_is_not_confirmed()
    {
        var nobody = Sys.ActorSelection("/user/nobody");
        nobody.Tell(new Identify(1), TestActor);
        Assert.Null(ExpectMsg<ActorIdentity>().Subject);
        var dead = Sys.ActorOf(Recorder.Props(CreateTestProbe().Ref), "dead");
        Watch(dead);
        Sys.Stop(dead);
        ExpectTerminated(dead);
        Watch(dead);
        Assert.False(ExpectTerminated(dead).ExistenceConfirmed);
    }

    [Fact]
    public void What_an_actor_told_before_its_end_arrives_before_its_end_does()
    {
        var actor = Sys.ActorOf(Recorder.Props(TestActor));
        Watch(actor);
        for (var i = 0; i < 100; i++)
            actor.Tell(i);
        actor.Tell(PoisonPill.Instance);
        ExpectMsg("it starts");
        for (var i = 0; i < 100; i++)
            ExpectMsg(i);
        ExpectMsg("it stops");
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_watcher_can_name_the_message_of_the_end()
    {
        var actor = Sys.ActorOf(Recorder.Props(CreateTestProbe().Ref));
        Sys.ActorOf(Props.Create(() => new WatchesWith(actor, TestActor)));
        ExpectMsg("watching");
        Sys.Stop(actor);
        ExpectMsg("it is gone");
    }

    [Fact]
    public void A_watcher_that_does_not_handle_the_end_fails_with_a_death_pact()
    {
        var actor = Sys.ActorOf(Recorder.Props(CreateTestProbe().Ref));
        var pact = Sys.ActorOf(Props.Create(() => new Pact(actor, TestActor)));
        ExpectMsg("watching");
        Watch(pact);
        EventFilter.Exception<DeathPactException>().ExpectOne(() => Sys.Stop(actor));
        ExpectTerminated(pact);
    }

    [Fact]
    public void A_parent_that_watches_its_child_hears_of_its_end_and_has_the_name_free()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Replaces(TestActor)));
        var first = ExpectMsg<IActorRef>();
        Sys.Stop(first);
        var second = ExpectMsg<IActorRef>();
        Assert.Equal(first.Path, second.Path);
        Assert.NotEqual(first, second);
        Assert.Equal(parent.Path, second.Path.Parent);
    }

    private sealed class WatchesWith : ReceiveActor
    {
        public WatchesWith(IActorRef other, IActorRef target)
        {
            Context.WatchWith(other, "it is gone");
            target.Tell("watching");
            ReceiveAny(m => target.Tell(m));
        }
    }

    private sealed class Pact : ReceiveActor
    {
        public Pact(IActorRef other, IActorRef target)
        {
            Context.Watch(other);
            target.Tell("watching");
        }
    }

    private sealed class Replaces : ReceiveActor
    {
        private readonly IActorRef _target;

        public Replaces(IActorRef target)
        {
            _target = target;
            Receive<Terminated>(_ => Make());
            Make();
        }

        private void Make() => _target.Tell(Context.Watch(Context.ActorOf(Recorder.Props(Context.System.DeadLetters), "child")));
    }
}
