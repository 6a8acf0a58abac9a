using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.ContractTests.Messaging;

public class ReceiveTests : Contract
{
    [Fact]
    public void The_first_handler_that_takes_a_message_gets_it()
    {
        var actor = Sys.ActorOf<FirstMatch>();
        actor.Tell(3);
        ExpectMsg("small");
        actor.Tell(30);
        ExpectMsg("number");
        actor.Tell("text");
        ExpectMsg("anything");
    }

    [Fact]
    public void A_handler_for_a_base_type_gets_derived_messages()
    {
        var actor = Sys.ActorOf<Bases>();
        actor.Tell(new Derived());
        ExpectMsg("base");
    }

    [Fact]
    public void A_message_that_nobody_handles_is_published_as_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        var actor = Sys.ActorOf<Bases>();
        actor.Tell("who knows");
        var unhandled = ExpectMsg<UnhandledMessage>();
        Assert.Equal("who knows", unhandled.Message);
        Assert.Equal(TestActor, unhandled.Sender);
        Assert.Equal(actor, unhandled.Recipient);
    }

    [Fact]
    public void While_an_async_handler_waits_the_actor_takes_no_other_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Awaits(TestActor)));
        var gate = new TaskCompletionSource();
        actor.Tell(gate);
        actor.Tell("next");
        ExpectMsg("before");
        ExpectNoMsg(Quiet);
        gate.SetResult();
        ExpectMsg("after");
        ExpectMsg("next");
    }

    [Fact]
    public void After_an_await_the_sender_and_self_are_still_those_of_the_message()
    {
        var actor = Sys.ActorOf<AwaitsAndAnswers>();
        actor.Tell("one");
        ExpectMsgFrom(actor, "one from self");
    }

    [Fact]
    public void An_async_handler_that_throws_restarts_its_actor()
    {
        var actor = Sys.ActorOf(Props.Create(() => new AsyncFailure(TestActor)));
        ExpectMsg("started");
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => actor.Tell("fail"));
        ExpectMsg("started");
        actor.Tell("again");
        ExpectMsg("again");
    }

    private sealed class FirstMatch : ReceiveActor
    {
        public FirstMatch()
        {
            Receive<int>(n => n < 10, _ => Sender.Tell("small"));
            Receive<int>(_ => Sender.Tell("number"));
            ReceiveAny(_ => Sender.Tell("anything"));
        }
    }

    private record Base;

    private sealed record Derived : Base;

    private sealed class Bases : ReceiveActor
    {
        public Bases() => Receive<Base>(_ => Sender.Tell("base"));
    }

    private sealed class Awaits : ReceiveActor
    {
        public Awaits(IActorRef target)
        {
            ReceiveAsync<TaskCompletionSource>(async gate =>
            {
                target.Tell("before");
                await gate.Task;
                target.Tell("after");
            });
            ReceiveAny(m => target.Tell(m));
        }
    }

    private sealed class AwaitsAndAnswers : ReceiveActor
    {
        public AwaitsAndAnswers() => ReceiveAsync<string>(async m =>
        {
            var sender = Sender;
            await Task.Yield();
            Assert.Equal(sender, Sender);
            Sender.Tell(m + " from self", Self);
        });
    }

    private sealed class AsyncFailure : ReceiveActor
    {
        public AsyncFailure(IActorRef target)
        {
            target.Tell("started");
            ReceiveAsync<string>(m => m == "fail", async _ =>
            {
                await Task.Yield();
                throw new InvalidOperationException("as asked");
            });
            ReceiveAny(m => target.Tell(m));
        }
    }
}
