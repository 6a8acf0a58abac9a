using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Core;

/// <summary>Many things at once: nothing is lost, nothing hangs.</summary>
public class TurmoilTests : WithSystem
{
    [Fact]
    public async Task Every_message_is_handled_once_over_many_restarts()
    {
        const int senders = 4, each = 2_500;
        var actor = Sys.ActorOf(Props.Create(() => new Tripping()));

        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < each; i++) actor.Tell(i);
        })));

        Assert.Equal(senders * each, await actor.Ask<int>("how many?", Patience));
    }

    [Fact]
    public async Task Async_handlers_that_fail_lose_no_message_either()
    {
        var actor = Sys.ActorOf(Props.Create(() => new TrippingLate()));

        for (var i = 0; i < 1_000; i++) actor.Tell(i);

        Assert.Equal(1_000, await actor.Ask<int>("how many?", Patience));
    }

    [Fact]
    public async Task A_watcher_hears_of_each_end_exactly_once()
    {
        const int actors = 2_000;
        var book = Book();
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(book.Ref)));

        for (var i = 0; i < actors; i++)
        {
            var mortal = Sys.ActorOf(Props.Create(() => new Tripping()));
            watcher.Tell(mortal);
            mortal.Tell(PoisonPill.Instance);
        }

        var ended = new HashSet<IActorRef>();
        for (var i = 0; i < actors; i++) Assert.True(ended.Add(await book.Next<IActorRef>()));
        await book.ExpectNothingBefore("nothing more");
    }

    [Fact]
    public async Task A_name_is_free_again_for_the_parent_that_hears_of_the_end()
    {
        var book = Book();

        Sys.ActorOf(Props.Create(() => new Replacing(book.Ref, 500)));

        await book.Expect("done");
    }

    [Fact]
    public async Task A_tree_that_is_told_to_while_it_stops_stops()
    {
        for (var round = 0; round < 20; round++)
        {
            var root = Sys.ActorOf(Props.Create(() => new Tree(3)));
            var telling = Task.Run(() =>
            {
                for (var i = 0; i < 200; i++) root.Tell(i);
            });

            Assert.True(await root.GracefulStop(Patience));
            await telling;
        }
    }

    private sealed class Tripping : ReceiveActor
    {
        private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<IActorRef, StrongBox> Counts = [];

        public Tripping()
        {
            var count = Counts.GetValue(Self, _ => new StrongBox());
            Receive<int>(i =>
            {
                count.Value++;
                if (i % 50 == 0) throw new InvalidOperationException("tripped");
            });
            Receive<string>(_ => Sender.Tell(count.Value));
        }

        internal sealed class StrongBox
        {
            internal int Value;
        }
    }

    private sealed class TrippingLate : ReceiveActor
    {
        private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<IActorRef, Tripping.StrongBox> Counts = [];

        public TrippingLate()
        {
            var count = Counts.GetValue(Self, _ => new Tripping.StrongBox());
            ReceiveAsync<int>(async i =>
            {
                await Task.Yield();
                count.Value++;
                if (i % 50 == 0) throw new InvalidOperationException("tripped");
            });
            Receive<string>(_ => Sender.Tell(count.Value));
        }
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef book)
        {
            Receive<IActorRef>(subject => Context.Watch(subject));
            Receive<Terminated>(terminated => book.Tell(terminated.ActorRef));
        }
    }

    private sealed class Replacing : ReceiveActor
    {
        public Replacing(IActorRef book, int times)
        {
            Start();
            Receive<Terminated>(_ =>
            {
                if (--times == 0) book.Tell("done");
                else Start();
            });
        }

        private static void Start()
        {
            var child = Context.Watch(Context.ActorOf(Props.Create(() => new Tripping()), "child"));
            Context.Stop(child);
        }
    }

    private sealed class Tree : ReceiveActor
    {
        public Tree(int depth)
        {
            if (depth > 0)
            {
                for (var i = 0; i < 3; i++) Context.ActorOf(Props.Create(() => new Tree(depth - 1)));
            }

            Receive<int>(i =>
            {
                foreach (var child in Context.GetChildren()) child.Tell(i);
                if (i % 20 == 7) throw new InvalidOperationException("tripped");
            });
        }
    }
}
