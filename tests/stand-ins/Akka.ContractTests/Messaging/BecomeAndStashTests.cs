using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Messaging;

public class BecomeAndStashTests : Contract
{
    [Fact]
    public void Become_replaces_the_behaviour()
    {
        var actor = Sys.ActorOf<Moods>();
        actor.Tell("become happy");
        actor.Tell("hello");
        ExpectMsg("happy: hello");
    }

    [Fact]
    public void A_stacked_behaviour_is_taken_off_again()
    {
        var actor = Sys.ActorOf<Moods>();
        actor.Tell("stack happy");
        actor.Tell("hello");
        actor.Tell("unbecome");
        actor.Tell("hello");
        ExpectMsg("happy: hello");
        ExpectMsg("plain: hello");
    }

    [Fact]
    public void A_restart_begins_with_the_first_behaviour()
    {
        var actor = Sys.ActorOf<Moods>();
        actor.Tell("become happy");
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => actor.Tell("fail"));
        actor.Tell("hello");
        ExpectMsg("plain: hello");
    }

    [Fact]
    public void Unstashed_messages_come_in_their_order_and_before_what_waits()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Door(TestActor)));
        var hold = new ManualResetEventSlim();
        actor.Tell("1");
        actor.Tell("2");
        actor.Tell(hold);
        actor.Tell("3");
        hold.Set();
        ExpectMsg("1");
        ExpectMsg("2");
        ExpectMsg("3");
    }

    [Fact]
    public void A_stashed_message_keeps_its_sender()
    {
        var actor = Sys.ActorOf<AnswersWhenOpen>();
        var probe = CreateTestProbe();
        actor.Tell("who am I", probe.Ref);
        actor.Tell("open");
        probe.ExpectMsgFrom(actor, "who am I");
    }

    [Fact]
    public void Stashing_the_same_message_twice_is_an_error()
    {
        var actor = Sys.ActorOf<StashesTwice>();
        actor.Tell("once");
        ExpectMsg<IllegalActorStateException>();
    }

    [Fact]
    public void Stashed_messages_survive_a_restart_and_come_before_what_waits()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Door(TestActor)));
        var hold = new ManualResetEventSlim();
        actor.Tell("1");
        actor.Tell("2");
        actor.Tell(("fail", hold));
        actor.Tell("3");
        actor.Tell("open");
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => hold.Set());
        ExpectMsg("1");
        ExpectMsg("2");
        ExpectMsg("3");
    }

    [Fact]
    public void What_is_stashed_when_an_actor_stops_becomes_dead_letters()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Door(TestActor)));
        actor.Tell("1");
        EventFilter.DeadLetter<string>().ExpectOne(() => actor.Tell(PoisonPill.Instance));
    }

    private sealed class Moods : ReceiveActor
    {
        public Moods()
        {
            Receive<string>(m => m == "become happy", _ => Become(Happy));
            Receive<string>(m => m == "stack happy", _ => BecomeStacked(Happy));
            Receive<string>(m => Sender.Tell("plain: " + m));
        }

        private void Happy()
        {
            Receive<string>(m => m == "unbecome", _ => UnbecomeStacked());
            Receive<string>(m => m == "fail", _ => throw new InvalidOperationException("as asked"));
            Receive<string>(m => Sender.Tell("happy: " + m));
        }
    }

    /// <summary>Stashes until it is opened; then hands on.</summary>
    private sealed class Door : ReceiveActor, IWithUnboundedStash
    {
        public Door(IActorRef target)
        {
            Receive<ManualResetEventSlim>(hold =>
            {
                hold.Wait();
                Open(target);
            });
            Receive<(string What, ManualResetEventSlim Hold)>(m =>
            {
                m.Hold.Wait();
                throw new InvalidOperationException("as asked");
            });
            Receive<string>(m => m == "open", _ => Open(target));
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;

        private void Open(IActorRef target)
        {
            Become(() => ReceiveAny(m => target.Tell(m)));
            Stash.UnstashAll();
        }
    }

    private sealed class AnswersWhenOpen : ReceiveActor, IWithUnboundedStash
    {
        public AnswersWhenOpen()
        {
            Receive<string>(m => m == "open", _ =>
            {
                Become(() => ReceiveAny(m => Sender.Tell(m)));
                Stash.UnstashAll();
            });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class StashesTwice : ReceiveActor, IWithUnboundedStash
    {
        public StashesTwice() => ReceiveAny(_ =>
        {
            Stash.Stash();
            try
            {
                Stash.Stash();
            }
            catch (IllegalActorStateException e)
            {
                Sender.Tell(e);
            }
        });

        public IStash Stash { get; set; } = null!;
    }
}
