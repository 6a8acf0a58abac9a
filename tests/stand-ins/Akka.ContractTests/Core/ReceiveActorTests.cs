using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Core;

public class ReceiveActorTests : WithSystem
{
    [Fact]
    public async Task The_first_handler_that_fits_has_the_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Handlers()));

        Assert.Equal("long text", await actor.Ask<string>("quite long", Patience));
        Assert.Equal("text", await actor.Ask<string>("x", Patience));
        Assert.Equal("even", await actor.Ask<string>(2, Patience));
        Assert.Equal("odd", await actor.Ask<string>(3, Patience));
        Assert.Equal("typed", await actor.Ask<string>(3L, Patience));
        Assert.Equal("any", await actor.Ask<string>(3.0, Patience));
    }

    [Fact]
    public async Task No_handler_is_taken_after_one_for_everything()
    {
        var refused = Sys.ActorOf(Props.Create(() => new AfterAny()));

        await AssertStopped(refused);
    }

    [Fact]
    public async Task Become_replaces_and_BecomeStacked_can_be_taken_back()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Moods()));

        Assert.Equal("calm", await actor.Ask<string>("?", Patience));
        actor.Tell("angry");
        Assert.Equal("angry", await actor.Ask<string>("?", Patience));
        actor.Tell("back");
        Assert.Equal("calm", await actor.Ask<string>("?", Patience));
        actor.Tell("sleep");
        Assert.Equal("asleep", await actor.Ask<string>("?", Patience));
    }

    [Fact]
    public async Task An_async_handler_is_finished_before_the_next_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Slow()));
        var gate = new TaskCompletionSource();

        actor.Tell(gate.Task);
        var asked = actor.Ask<string>("what happened?", Patience);
        gate.SetResult();

        Assert.Equal("began, ended, asked", await asked);
    }

    [Fact]
    public async Task After_an_await_the_context_and_the_sender_are_still_there()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Slow()), "slow");

        Assert.Equal("/user/slow", await actor.Ask<string>(1, Patience));
    }

    [Fact]
    public async Task A_failing_async_handler_restarts_its_actor_and_the_mailbox_goes_on()
    {
        var book = Book();
        var actor = Sys.ActorOf(Props.Create(() => new FailsLate(book.Ref)));

        actor.Tell("fail");
        actor.Tell("next");

        await book.Expect("restarting after fail: late", "next");
    }

    [Fact]
    public async Task A_cancelled_async_handler_is_a_failure()
    {
        var book = Book();
        var actor = Sys.ActorOf(Props.Create(() => new FailsLate(book.Ref)));

        actor.Tell("cancel");

        Assert.StartsWith("restarting after cancel:", await book.Next<string>());
    }

    private async Task AssertStopped(IActorRef actor)
    {
        var book = Book();
        Sys.ActorOf(Props.Create(() => new Mourner(actor, book.Ref)));
        await book.Expect("ended");
    }

    private sealed class Mourner : ReceiveActor
    {
        public Mourner(IActorRef subject, IActorRef book)
        {
            Context.Watch(subject);
            Receive<Terminated>(_ => book.Tell("ended"));
        }
    }

    private sealed class Handlers : ReceiveActor
    {
        public Handlers()
        {
            Receive<string>(s => s.Length > 3, _ => Sender.Tell("long text"));
            Receive<string>(_ => Sender.Tell("text"));
            Receive<int>(_ => Sender.Tell("even"), i => i % 2 == 0);
            Receive<int>(_ =>
            {
                Sender.Tell("odd");
                return true;
            });
            Receive(typeof(long), _ => Sender.Tell("typed"));
            ReceiveAny(_ => Sender.Tell("any"));
        }
    }

    private sealed class AfterAny : ReceiveActor
    {
        public AfterAny()
        {
            ReceiveAny(_ => { });
            Receive<string>(_ => { });
        }
    }

    private sealed class Moods : ReceiveActor
    {
        public Moods() => Calm();

        private void Calm()
        {
            Receive<string>(s => s == "?", _ => Sender.Tell("calm"));
            Receive<string>(s => s == "angry", _ => BecomeStacked(Angry));
            Receive<string>(s => s == "sleep", _ => Become(Asleep));
        }

        private void Angry()
        {
            Receive<string>(s => s == "?", _ => Sender.Tell("angry"));
            Receive<string>(s => s == "back", _ => UnbecomeStacked());
        }

        private void Asleep() => ReceiveAny(_ => Sender.Tell("asleep"));
    }

    private sealed class Slow : ReceiveActor
    {
        private readonly List<string> _log = [];

        public Slow()
        {
            ReceiveAsync<Task>(async task =>
            {
                _log.Add("began");
                await task;
                await Task.Yield();
                _log.Add("ended");
            });
            ReceiveAsync<int>(async _ =>
            {
                await Task.Delay(1);
                Sender.Tell(Context.Self.Path.ToStringWithoutAddress());
            });
            Receive<string>(_ =>
            {
                _log.Add("asked");
                Sender.Tell(string.Join(", ", _log));
            });
        }
    }

    private sealed class FailsLate : ReceiveActor
    {
        private readonly IActorRef _book;

        public FailsLate(IActorRef book)
        {
            _book = book;
            ReceiveAsync<string>(s => s == "fail", async _ =>
            {
                await Task.Delay(1);
                throw new InvalidOperationException("late");
            });
            ReceiveAsync<string>(s => s == "cancel", async _ =>
            {
                await Task.Delay(Timeout.Infinite, new CancellationToken(canceled: true));
            });
            ReceiveAny(book.Tell);
        }

        protected override void PreRestart(Exception reason, object message)
        {
            _book.Tell($"restarting after {message}: {reason.Message}");
            base.PreRestart(reason, message);
        }
    }
}
