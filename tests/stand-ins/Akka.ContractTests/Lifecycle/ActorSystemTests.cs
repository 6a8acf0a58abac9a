using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Lifecycle;

public class ActorSystemTests : Contract
{
    [Fact]
    public void A_top_level_actor_lives_under_user()
    {
        var actor = Sys.ActorOf(Recorder.Props(TestActor), "loadshaper");
        Assert.Equal("/user/loadshaper", actor.Path.ToStringWithoutAddress());
        Assert.Equal($"akka://{Sys.Name}/user/loadshaper", actor.Path.ToString());
    }

    [Fact]
    public void A_child_lives_under_its_parent()
    {
        var parent = Sys.ActorOf(Parent.Props(), "parent");
        parent.Tell(new Parent.Named(Recorder.Props(CreateTestProbe().Ref), "child"));
        Assert.Equal("/user/parent/child", ExpectMsg<IActorRef>().Path.ToStringWithoutAddress());
        parent.Tell("children");
        Assert.Equal(["child"], ExpectMsg<string[]>());
    }

    [Fact]
    public void A_name_is_given_once_among_siblings()
    {
        Sys.ActorOf(Recorder.Props(TestActor), "one");
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Recorder.Props(TestActor), "one"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$reserved")]
    [InlineData("with space")]
    [InlineData("with/slash")]
    public void A_name_that_makes_no_path_is_refused(string name) =>
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Recorder.Props(TestActor), name));

    [Fact]
    public void A_name_is_free_again_when_its_actor_has_ended()
    {
        var first = Sys.ActorOf(Recorder.Props(CreateTestProbe().Ref), "again");
        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first);
        // The guardian hears of the end at the same time as the test, not before it.
        var second = ActorRefs.Nobody as IActorRef;
        AwaitAssert(() => second = Sys.ActorOf(Recorder.Props(TestActor), "again"));
        Assert.NotEqual(first, second);
        Assert.Equal(first.Path, second.Path);
    }

    [Fact]
    public async Task A_selection_finds_an_actor_by_its_path()
    {
        var actor = Sys.ActorOf(Recorder.Props(CreateTestProbe().Ref), "found");
        Assert.Equal(actor, await Sys.ActorSelection("/user/found").ResolveOne(TimeSpan.FromSeconds(3)));
        await Assert.ThrowsAsync<ActorNotFoundException>(
            () => Sys.ActorSelection("/user/lost").ResolveOne(TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public void What_is_told_a_selection_reaches_the_actor()
    {
        Sys.ActorOf(Recorder.Props(TestActor), "reached");
        ExpectMsg("it starts");
        Sys.ActorSelection("/user/reached").Tell("hello");
        ExpectMsg("hello");
    }

    [Fact]
    public async Task When_the_system_ends_its_actors_stop_and_its_task_completes()
    {
        var system = ActorSystem.Create("ends");
        system.ActorOf(Recorder.Props(TestActor));
        ExpectMsg("it starts");
        var ended = system.Terminate();
        ExpectMsg("it stops");
        await ended.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.True(system.WhenTerminated.IsCompleted);
    }
}
