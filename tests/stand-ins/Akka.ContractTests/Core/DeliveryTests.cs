using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.ContractTests.Core;

public class DeliveryTests : WithSystem
{
    private sealed record Numbered(int Sender, int Number);

    [Fact]
    public async Task Messages_of_one_sender_arrive_in_order_however_many_send()
    {
        const int senders = 4, each = 20_000;
        var done = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = Sys.ActorOf(Props.Create(() => new OrderChecker(senders, senders * each, done)));

        await Task.WhenAll(Enumerable.Range(0, senders).Select(s => Task.Run(() =>
        {
            for (var i = 0; i < each; i++) receiver.Tell(new Numbered(s, i));
        })));

        Assert.Equal("in order", await done.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task An_actor_handles_one_message_at_a_time()
    {
        var book = Book();
        var actor = Sys.ActorOf(Props.Create(() => new Overlap(book.Ref)));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++) actor.Tell(1);
        })));
        actor.Tell("seen");

        await book.Expect(0);
    }

    [Fact]
    public async Task Forward_keeps_the_sender()
    {
        var book = Book();
        var forwarder = Sys.ActorOf(Props.Create(() => new Forwarder(book.Ref)));
        var origin = Book();

        forwarder.Tell("x", origin.Ref);

        await book.Expect("x");
        Assert.Equal(origin.Ref, book.LastSender);
    }

    [Fact]
    public async Task Without_a_sender_the_dead_letters_are_the_sender()
    {
        var book = Book();

        book.Ref.Tell("x", ActorRefs.NoSender);

        await book.Expect("x");
        Assert.Equal(Sys.DeadLetters, book.LastSender);
    }

    [Fact]
    public async Task A_null_message_is_refused()
    {
        var book = Book();
        book.Ref.Tell("started", ActorRefs.NoSender);
        await book.Expect("started");

        Assert.Throws<ArgumentNullException>(() => book.Ref.Tell(null!, ActorRefs.NoSender));
    }

    [Fact]
    public async Task A_message_to_a_stopped_actor_becomes_a_dead_letter()
    {
        var book = Book();
        var gone = Book().Ref;
        Assert.True(await gone.GracefulStop(Patience));
        Sys.EventStream.Subscribe(book.Ref, typeof(DeadLetter));

        gone.Tell("late", book.Ref);

        var letter = await book.Next<DeadLetter>();
        Assert.Equal(("late", book.Ref, gone), (letter.Message, letter.Sender, letter.Recipient));
    }

    [Fact]
    public async Task What_still_waits_when_an_actor_stops_becomes_dead_letters()
    {
        var book = Book();
        Sys.EventStream.Subscribe(book.Ref, typeof(DeadLetter));
        var actor = Sys.ActorOf(Props.Create(() => new StopsItself()));

        actor.Tell("stop");
        actor.Tell("never handled");

        Assert.Equal("never handled", (await book.Next<DeadLetter>()).Message);
    }

    [Fact]
    public async Task A_poison_pill_stops_after_what_was_told_before()
    {
        var book = Book();
        var forwarder = Sys.ActorOf(Props.Create(() => new Forwarder(book.Ref)));
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(forwarder, book.Ref)));
        await watcher.Ask<string>("ready?", Patience);

        forwarder.Tell(1);
        forwarder.Tell(2);
        forwarder.Tell(PoisonPill.Instance);

        await book.Expect(1, 2, "ended");
    }

    [Fact]
    public async Task An_unhandled_message_is_published()
    {
        var book = Book();
        Sys.EventStream.Subscribe(book.Ref, typeof(UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new StopsItself()));

        actor.Tell(42, book.Ref);

        var unhandled = await book.Next<UnhandledMessage>();
        Assert.Equal((42, actor), (unhandled.Message, unhandled.Recipient));
    }

    private sealed class OrderChecker : ReceiveActor
    {
        private int _count;

        public OrderChecker(int senders, int total, TaskCompletionSource<string> done)
        {
            var next = new int[senders];
            Receive<Numbered>(m =>
            {
                if (next[m.Sender]++ != m.Number) done.TrySetResult($"{m} came too early");
                if (++_count == total) done.TrySetResult("in order");
            });
        }
    }

    private sealed class Overlap : ReceiveActor
    {
        private int _inside;
        private int _overlaps;

        public Overlap(IActorRef book)
        {
            Receive<int>(_ =>
            {
                if (Interlocked.Increment(ref _inside) != 1) _overlaps++;
                Interlocked.Decrement(ref _inside);
            });
            Receive<string>(_ => book.Tell(_overlaps));
        }
    }

    private sealed class Forwarder : ReceiveActor
    {
        public Forwarder(IActorRef to) => ReceiveAny(to.Forward);
    }

    private sealed class StopsItself : ReceiveActor
    {
        public StopsItself() => Receive<string>(_ => Context.Stop(Self));
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef subject, IActorRef book)
        {
            Context.Watch(subject);
            Receive<Terminated>(_ => book.Tell("ended"));
            Receive<string>(_ => Sender.Tell("ready"));
        }
    }
}
