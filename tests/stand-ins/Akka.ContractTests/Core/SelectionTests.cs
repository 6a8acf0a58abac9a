using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.ContractTests.Core;

public class SelectionTests : WithSystem
{
    private readonly IActorRef _parent;

    public SelectionTests()
    {
        _parent = Sys.ActorOf(Props.Create(() => new Parent()), "parent");
        _parent.Ask<string>("ready?", Patience).Wait();
    }

    [Theory]
    [InlineData("/user/parent/one", "one")]
    [InlineData("akka://core/user/parent/two", "two")]
    [InlineData("/user/parent/../parent/one", "one")]
    [InlineData("user/parent/one", "one")]
    public async Task A_path_from_the_root_finds_its_actor(string path, string name)
    {
        Assert.Equal(name, await Sys.ActorSelection(path).Ask<string>("name?", Patience));
    }

    [Theory]
    [InlineData("one", "one")]
    [InlineData("../parent/two", "two")]
    [InlineData("one/../two", "two")]
    public async Task Inside_an_actor_a_path_starts_at_the_actor_itself(string path, string name)
    {
        Assert.Equal(name, await _parent.Ask<string>(new Parent.AskVia(path), Patience));
    }

    [Theory]
    [InlineData("/user/parent/*", new[] { "one", "two" })]
    [InlineData("/user/parent/t?o", new[] { "two" })]
    [InlineData("/user/*/one", new[] { "one" })]
    public async Task A_pattern_reaches_all_that_match(string path, string[] names)
    {
        var book = Book();

        Sys.ActorSelection(path).Tell("name?", book.Ref);

        var answers = new List<string>();
        foreach (var _ in names) answers.Add(await book.Next<string>());
        Assert.Equal(names, answers.Order());
    }

    [Fact]
    public async Task ResolveOne_gives_the_reference()
    {
        var one = await Sys.ActorSelection("/user/parent/one").ResolveOne(Patience);

        Assert.Equal("/user/parent/one", one.Path.ToStringWithoutAddress());
        Assert.Equal(_parent.Path, one.Path.Parent);
    }

    [Fact]
    public async Task ResolveOne_of_nobody_is_an_error()
    {
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/nobody").ResolveOne(Patience));
    }

    [Fact]
    public async Task Identify_is_answered_also_where_nobody_lives()
    {
        var there = await Sys.ActorSelection("/user/parent").Ask<ActorIdentity>(new Identify(1), Patience);
        var nobody = await Sys.ActorSelection("/user/parent/three").Ask<ActorIdentity>(new Identify(2), Patience);

        Assert.Equal((1, _parent), (there.MessageId, there.Subject));
        Assert.Equal(2, nobody.MessageId);
        Assert.Null(nobody.Subject);
    }

    [Fact]
    public async Task What_is_told_to_nobody_becomes_a_dead_letter()
    {
        var book = Book();
        Sys.EventStream.Subscribe(book.Ref, typeof(DeadLetter));

        Sys.ActorSelection("/user/parent/three").Tell("lost");

        var letter = await book.Next<DeadLetter>();
        Assert.Equal("lost", letter.Message);
        Assert.Equal("/user/parent/three", letter.Recipient.Path.ToStringWithoutAddress());
    }

    private sealed class Parent : ReceiveActor
    {
        public Parent()
        {
            foreach (var name in (string[])["one", "two"]) Context.ActorOf(Props.Create(() => new Named()), name);
            Receive<string>(_ => Sender.Tell("ready"));
            Receive<AskVia>(ask => Context.ActorSelection(ask.Path).Tell("name?", Sender));
        }

        internal sealed record AskVia(string Path);
    }

    private sealed class Named : ReceiveActor
    {
        public Named() => Receive<string>(_ => Sender.Tell(Self.Path.Name));
    }
}
