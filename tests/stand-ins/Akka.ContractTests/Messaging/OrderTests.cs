using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Messaging;

public class OrderTests : Contract
{
    [Fact]
    public void Messages_of_one_sender_arrive_in_the_order_they_were_told()
    {
        var echo = Sys.ActorOf<Echo>();
        for (var i = 0; i < 1000; i++)
            echo.Tell(i);
        Assert.Equal(Enumerable.Range(0, 1000), ReceiveN(1000).Cast<int>());
    }

    [Fact]
    public void Messages_of_several_senders_mix_but_each_sender_keeps_its_order()
    {
        var echo = Sys.ActorOf(Props.Create(() => new Forwarder(TestActor)));
        Parallel.For(0, 4, sender =>
        {
            for (var i = 0; i < 500; i++)
                echo.Tell((sender, i), ActorRefs.NoSender);
        });
        var got = ReceiveN(2000).Cast<(int Sender, int Number)>().ToList();
        for (var sender = 0; sender < 4; sender++)
            Assert.Equal(Enumerable.Range(0, 500), got.Where(m => m.Sender == sender).Select(m => m.Number));
    }

    [Fact]
    public void An_actor_handles_one_message_at_a_time()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Overlap(TestActor)));
        Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 200; i++)
                actor.Tell("work", ActorRefs.NoSender);
        });
        actor.Tell("how many at once?");
        ExpectMsg(1, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void What_an_actor_tells_itself_comes_after_what_already_waits()
    {
        var actor = Sys.ActorOf(Props.Create(() => new TellsItself(TestActor)));
        var hold = new ManualResetEventSlim();
        actor.Tell(hold);
        actor.Tell("waiting");
        hold.Set();
        ExpectMsg("waiting");
        ExpectMsg("told itself");
    }

    [Fact]
    public void The_sender_is_the_actor_that_tells_and_forwarding_keeps_it()
    {
        var probe = CreateTestProbe();
        var forwarder = Sys.ActorOf(Props.Create(() => new Forwarder(probe.Ref)));
        forwarder.Tell("hello");
        probe.ExpectMsgFrom(TestActor, "hello");
        probe.Reply("answer");
        ExpectMsgFrom(probe.Ref, "answer");
    }

    [Fact]
    public void Without_a_sender_an_answer_becomes_a_dead_letter()
    {
        var echo = Sys.ActorOf<Echo>();
        EventFilter.DeadLetter<string>().ExpectOne(() => echo.Tell("nobody asks", ActorRefs.NoSender));
    }

    [Fact]
    public void Null_is_no_message()
    {
        var echo = Sys.ActorOf<Echo>();
        echo.Tell("started");
        ExpectMsg("started");
        Assert.Throws<ArgumentNullException>(() => echo.Tell(null!));
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(m => Sender.Tell(m));
    }

    private sealed class Forwarder : ReceiveActor
    {
        public Forwarder(IActorRef target) => ReceiveAny(m => target.Forward(m));
    }

    private sealed class Overlap : ReceiveActor
    {
        private int _now;
        private int _most;

        public Overlap(IActorRef target)
        {
            Receive<string>(m => m == "work", _ =>
            {
                _most = Math.Max(_most, Interlocked.Increment(ref _now));
                Thread.Yield();
                Interlocked.Decrement(ref _now);
            });
            ReceiveAny(_ => target.Tell(_most));
        }
    }

    private sealed class TellsItself : ReceiveActor
    {
        public TellsItself(IActorRef target)
        {
            Receive<ManualResetEventSlim>(hold =>
            {
                hold.Wait();
                Self.Tell("told itself");
            });
            ReceiveAny(m => target.Tell(m));
        }
    }
}
