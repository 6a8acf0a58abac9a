using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.ContractTests.Core;

public class PathAndPropsTests : WithSystem
{
    [Fact]
    public void A_path_names_the_actor_from_the_root_down()
    {
        var path = Book().Ref.Path.Root / "user" / "a" / "b";

        Assert.Equal("akka://core/user/a/b", path.ToString());
        Assert.Equal("/user/a/b", path.ToStringWithoutAddress());
        Assert.Equal(["user", "a", "b"], path.Elements);
        Assert.Equal(("b", "a", "user"), (path.Name, path.Parent.Name, path.Parent.Parent.Name));
        Assert.Equal(path, ActorPath.Parse("akka://core/user/a/b"));
        Assert.NotEqual(path, ActorPath.Parse("akka://other/user/a/b"));
        Assert.False(ActorPath.TryParse("not a path", out _));
    }

    [Fact]
    public async Task A_new_incarnation_has_the_path_but_is_not_the_same()
    {
        var first = Sys.ActorOf(Props.Create(() => new Answers(1, "x")), "same");
        Assert.True(await first.GracefulStop(Patience));
        var second = await Eventually(() => Sys.ActorOf(Props.Create(() => new Answers(2, "x")), "same"));

        Assert.Equal(first.Path, second.Path);
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("")]
    [InlineData("$reserved")]
    [InlineData("with space")]
    [InlineData("sl/ash")]
    public void A_name_that_cannot_be_part_of_a_path_is_refused(string name)
    {
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create(() => new Answers(1, "x")), name));
    }

    [Fact]
    public void A_name_is_taken_once()
    {
        Sys.ActorOf(Props.Create(() => new Answers(1, "x")), "unique");

        var refusal = Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create(() => new Answers(1, "x")), "unique"));
        Assert.Equal("Actor name \"unique\" is not unique!", refusal.Message);
    }

    [Fact]
    public async Task Every_way_of_naming_constructor_arguments_makes_the_same_actor()
    {
        var (number, text) = (7, "seven");
        Props[] all =
        [
            Props.Create(() => new Answers(number, text)),
            Props.Create<Answers>(number, text),
            Props.Create(typeof(Answers), number, text),
            Props.Create(() => new Answers(3 + 4, string.Concat("sev", "en"))),
        ];

        foreach (var props in all)
        {
            Assert.Equal(typeof(Answers), props.Type);
            Assert.Equal("7 seven", await Sys.ActorOf(props).Ask<string>("?", Patience));
        }
    }

    [Fact]
    public async Task Arguments_are_evaluated_once_when_the_props_are_made()
    {
        var made = 0;
        Func<int> count = () => ++made;
        var props = Props.Create(() => new Answers(count(), "x"));

        Sys.ActorOf(props);
        Assert.Equal("1 x", await Sys.ActorOf(props).Ask<string>("?", Patience));
    }

    [Fact]
    public void Props_from_anything_but_a_constructor_are_refused()
    {
        var factory = () => new Answers(1, "x");

        // Which exception differs between versions of Akka.
        Assert.ThrowsAny<Exception>(() => Props.Create(() => factory()));
    }

    [Fact]
    public async Task An_actor_cannot_be_made_with_new()
    {
        // By reflection, because Akka's analyzer AK1000 does not let it compile; on a thread of its own, where no actor runs.
        var failure = await Task.Factory.StartNew(
            () => Record.Exception(() => Activator.CreateInstance(typeof(Answers), 1, "x")),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.IsType<ActorInitializationException>(failure.InnerException);
    }

    [Fact]
    public void A_dispatcher_that_is_not_configured_is_an_error_at_creation()
    {
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Create(() => new Answers(1, "x")).WithDispatcher("no-such-dispatcher")));
    }

    private static async Task<T> Eventually<T>(Func<T> attempt)
    {
        for (var left = 1000; ; left--)
        {
            try
            {
                return attempt();
            }
            catch (InvalidActorNameException) when (left > 0)
            {
                await Task.Delay(5);
            }
        }
    }

    private sealed class Answers : ReceiveActor
    {
        public Answers(int number, string text) => Receive<string>(_ => Sender.Tell($"{number} {text}"));
    }
}
