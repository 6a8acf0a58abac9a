using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.ContractTests.Logging;

public class EventStreamTests : Contract
{
    [Fact]
    public void A_subscriber_gets_what_is_published_of_its_type()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Notice));
        Sys.EventStream.Publish("not for it");
        Sys.EventStream.Publish(new Notice(1));
        ExpectMsg(new Notice(1));
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_subscriber_gets_derived_types_too()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(INotice));
        Sys.EventStream.Publish(new Notice(1));
        ExpectMsg(new Notice(1));
    }

    [Fact]
    public void A_subscription_to_a_base_and_to_a_derived_type_gets_each_event_once()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(INotice));
        Sys.EventStream.Subscribe(TestActor, typeof(Notice));
        Sys.EventStream.Publish(new Notice(1));
        ExpectMsg(new Notice(1));
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Who_unsubscribes_gets_nothing_more()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Notice));
        Sys.EventStream.Unsubscribe(TestActor, typeof(Notice));
        Sys.EventStream.Publish(new Notice(1));
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_message_to_an_actor_that_has_ended_is_published_as_a_dead_letter()
    {
        var actor = Sys.ActorOf(Recorder.Props(CreateTestProbe().Ref));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        actor.Tell("too late");
        var letter = ExpectMsg<DeadLetter>();
        Assert.Equal("too late", letter.Message);
        Assert.Equal(TestActor, letter.Sender);
        Assert.Equal(actor.Path, letter.Recipient.Path);
    }

    [Fact]
    public void A_subscriber_of_dead_letters_that_has_ended_makes_no_dead_letters_of_them()
    {
        var ended = Sys.ActorOf(Recorder.Props(CreateTestProbe().Ref));
        Watch(ended);
        Sys.Stop(ended);
        ExpectTerminated(ended);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Sys.EventStream.Subscribe(ended, typeof(DeadLetter));
        ended.Tell("too late");
        Assert.Equal("too late", ExpectMsg<DeadLetter>().Message);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_subscriber_that_ends_is_no_trouble_to_the_others()
    {
        var probe = CreateTestProbe();
        Sys.EventStream.Subscribe(probe.Ref, typeof(Notice));
        Sys.EventStream.Subscribe(TestActor, typeof(Notice));
        Watch(probe.Ref);
        Sys.Stop(probe.Ref);
        ExpectTerminated(probe.Ref);
        Sys.EventStream.Publish(new Notice(1));
        ExpectMsg(new Notice(1));
    }

    private interface INotice;

    private sealed record Notice(int Number) : INotice;
}
