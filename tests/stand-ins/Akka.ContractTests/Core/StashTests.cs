using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.ContractTests.Core;

public class StashTests : WithSystem
{
    [Fact]
    public async Task What_was_stashed_comes_back_in_order_before_what_came_since()
    {
        var book = Book();
        var actor = Sys.ActorOf(Props.Create(() => new Stasher(book.Ref)));

        foreach (var message in (object[])[1, 2, 3, "unstash", 4]) actor.Tell(message);

        await book.Expect("opened", 1, 2, 3, 4);
    }

    [Fact]
    public async Task Unstash_takes_the_oldest_one()
    {
        var book = Book();
        var actor = Sys.ActorOf(Props.Create(() => new Stasher(book.Ref)));

        foreach (var message in (object[])[1, 2, "one", 3]) actor.Tell(message);

        await book.Expect("opened", 1, 3);
    }

    [Fact]
    public async Task A_restart_puts_the_stash_back_in_front_of_the_mailbox()
    {
        var book = Book();
        var actor = Sys.ActorOf(Props.Create(() => new Stasher(book.Ref)));

        foreach (var message in (object[])[1, 2, "fail", "unstash", 3]) actor.Tell(message);

        // The new incarnation stashes 1 and 2 once more, then opens.
        await book.Expect("restarted", "opened", 1, 2, 3);
    }

    [Fact]
    public async Task Stopping_turns_the_stash_into_dead_letters()
    {
        var book = Book();
        var letters = Book();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var actor = Sys.ActorOf(Props.Create(() => new Stasher(book.Ref)));

        foreach (var message in (object[])[1, PoisonPill.Instance]) actor.Tell(message);

        Assert.Equal(1, (await letters.Next<DeadLetter>()).Message);
    }

    [Fact]
    public async Task A_message_cannot_be_stashed_twice()
    {
        var book = Book();
        var actor = Sys.ActorOf(Props.Create(() => new Stasher(book.Ref)));

        actor.Tell("twice");

        await book.Expect("refused");
    }

    [Fact]
    public async Task The_sender_of_a_stashed_message_stays()
    {
        var book = Book();
        var actor = Sys.ActorOf(Props.Create(() => new Stasher(book.Ref)));
        var asked = actor.Ask<string>('?', Patience);

        actor.Tell("unstash");

        Assert.Equal("!", await asked);
    }

    [Fact]
    public async Task Clearing_and_prepending_change_what_is_stashed()
    {
        var book = Book();
        var actor = Sys.ActorOf(Props.Create(() => new Stasher(book.Ref)));

        foreach (var message in (object[])[1, "clear", 2, "prepend", "unstash"]) actor.Tell(message);

        await book.Expect("cleared 1", "opened", 10, 11, 2);
    }

    private sealed class Stasher : ReceiveActor, IWithUnboundedStash
    {
        private readonly IActorRef _book;

        public Stasher(IActorRef book)
        {
            _book = book;
            Receive<string>(Command);
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;

        protected override void PostRestart(Exception reason) => _book.Tell("restarted");

        private void Command(string command)
        {
            switch (command)
            {
                case "fail":
                    throw new InvalidOperationException("asked to");
                case "one":
                    Open();
                    Stash.Unstash();
                    break;
                case "unstash":
                    Open();
                    Stash.UnstashAll();
                    break;
                case "clear":
                    _book.Tell($"cleared {string.Join(',', Stash.ClearStash().Select(e => e.Message))}");
                    break;
                case "prepend":
                    Stash.Prepend([new Envelope(10, Self), new Envelope(11, Self)]);
                    break;
                case "twice":
                    Stash.Stash();
                    try
                    {
                        Stash.Stash();
                    }
                    catch (IllegalActorStateException)
                    {
                        _book.Tell("refused");
                    }

                    break;
            }
        }

        private void Open()
        {
            _book.Tell("opened");
            Become(() =>
            {
                Receive<char>(_ => Sender.Tell("!"));
                ReceiveAny(_book.Tell);
            });
        }
    }
}
