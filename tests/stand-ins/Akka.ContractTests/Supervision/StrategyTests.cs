using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.ContractTests.Supervision;

public class StrategyTests : Contract
{
    [Fact]
    public void Resume_keeps_the_state_and_loses_the_message()
    {
        var child = Child(new OneForOneStrategy(_ => Directive.Resume));
        child.Tell("count");
        ExpectMsg(1);
        EventFilter.Warning(contains: "as asked").ExpectOne(() => child.Tell(new Asked()));
        child.Tell("count");
        ExpectMsg(2);
    }

    [Fact]
    public void Stop_ends_the_child()
    {
        var child = Child(new OneForOneStrategy(_ => Directive.Stop));
        Watch(child);
        EventFilter.Exception<Asked>().ExpectOne(() => child.Tell(new Asked()));
        ExpectMsg("it stops");
        ExpectTerminated(child);
    }

    [Fact]
    public void Escalate_makes_the_supervisor_fail()
    {
        var top = Sys.ActorOf(Parent.Props(new OneForOneStrategy(_ => Directive.Stop)));
        top.Tell(Parent.Props(new OneForOneStrategy(_ => Directive.Escalate)));
        var middle = ExpectMsg<IActorRef>();
        middle.Tell(Recorder.Props(CreateTestProbe().Ref));
        var child = ExpectMsg<IActorRef>();
        Watch(middle);
        EventFilter.Exception<Asked>().ExpectOne(() => child.Tell(new Asked()));
        ExpectTerminated(middle);
    }

    [Fact]
    public void A_failure_that_is_escalated_and_restarts_the_supervisor_ends_the_child()
    {
        var top = Sys.ActorOf(Parent.Props());
        top.Tell(Parent.Props(new OneForOneStrategy(_ => Directive.Escalate)));
        var middle = ExpectMsg<IActorRef>();
        middle.Tell(Recorder.Props(CreateTestProbe().Ref));
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        EventFilter.Exception<Asked>().ExpectOne(() => child.Tell(new Asked()));
        ExpectTerminated(child);
        middle.Tell("children");
        Assert.Empty(ExpectMsg<string[]>());
    }

    [Fact]
    public void The_decider_judges_by_the_exception()
    {
        var child = Child(new OneForOneStrategy(e => e is ArgumentException ? Directive.Resume : Directive.Stop));
        Watch(child);
        EventFilter.Warning().ExpectOne(() => child.Tell(new ArgumentNullException()));
        child.Tell("still here");
        ExpectMsg("still here");
        EventFilter.Error().ExpectOne(() => child.Tell(new Asked()));
        ExpectMsg("it stops");
        ExpectTerminated(child);
    }

    [Fact]
    public void More_failures_than_allowed_stop_the_child()
    {
        var child = Child(new OneForOneStrategy(2, Timeout.Infinite, _ => Directive.Restart));
        Watch(child);
        EventFilter.Exception<Asked>().Expect(3, () =>
        {
            for (var i = 0; i < 3; i++)
                child.Tell(new Asked());
        });
        for (var i = 0; i < 2; i++)
        {
            ExpectMsg("it before restart: as asked");
            ExpectMsg("it stops");
            ExpectMsg("it after restart: as asked");
            ExpectMsg("it starts");
        }

        ExpectMsg("it stops");
        ExpectTerminated(child);
    }

    [Fact]
    public void With_no_failure_allowed_the_first_stops_the_child()
    {
        var child = Child(new OneForOneStrategy(0, Timeout.Infinite, _ => Directive.Restart));
        Watch(child);
        EventFilter.Exception<Asked>().ExpectOne(() => child.Tell(new Asked()));
        ExpectMsg("it stops");
        ExpectTerminated(child);
    }

    [Fact]
    public void Failures_within_the_time_range_count_together()
    {
        var child = Child(new OneForOneStrategy(1, TimeSpan.FromMinutes(1), _ => Directive.Restart));
        Watch(child);
        EventFilter.Exception<Asked>().Expect(2, () =>
        {
            child.Tell(new Asked());
            child.Tell(new Asked());
        });
        FishForMessage<Terminated>(t => t.ActorRef.Equals(child));
    }

    [Fact]
    public async Task Failures_further_apart_than_the_time_range_do_not_add_up()
    {
        var child = Child(new OneForOneStrategy(1, TimeSpan.FromMilliseconds(100), _ => Directive.Restart));
        for (var i = 0; i < 3; i++)
        {
            await EventFilter.Exception<Asked>().ExpectOneAsync(() =>
            {
                child.Tell(new Asked());
                return Task.CompletedTask;
            });
            FishForMessage<string>(m => m == "it starts");
            // The range is real time, also under virtual time: only waiting longer than it ends it.
            await Task.Delay(TimeSpan.FromMilliseconds(300));
        }

        child.Tell("still here");
        ExpectMsg("still here");
    }

    [Fact]
    public void All_for_one_treats_the_siblings_alike()
    {
        var parent = Sys.ActorOf(Parent.Props(new AllForOneStrategy(_ => Directive.Restart)));
        var sibling = CreateTestProbe();
        parent.Tell(Recorder.Props(TestActor));
        FishForMessage<string>(m => m == "it starts");
        var child = LastSender;
        parent.Tell(Recorder.Props(sibling.Ref, "sibling"));
        sibling.ExpectMsg("sibling starts");
        EventFilter.Exception<Asked>().ExpectOne(() => child.Tell(new Asked()));
        sibling.ExpectMsg("sibling before restart: as asked");
        sibling.ExpectMsg("sibling stops");
        sibling.ExpectMsg("sibling after restart: as asked");
        sibling.ExpectMsg("sibling starts");
    }

    [Fact]
    public void One_for_one_leaves_the_siblings_alone()
    {
        var parent = Sys.ActorOf(Parent.Props(new OneForOneStrategy(_ => Directive.Restart)));
        var sibling = CreateTestProbe();
        parent.Tell(Recorder.Props(TestActor));
        FishForMessage<string>(m => m == "it starts");
        var child = LastSender;
        parent.Tell(Recorder.Props(sibling.Ref, "sibling"));
        sibling.ExpectMsg("sibling starts");
        EventFilter.Exception<Asked>().ExpectOne(() => child.Tell(new Asked()));
        sibling.ExpectNoMsg(Quiet);
    }

    [Fact]
    public void The_supervisor_logs_the_failure_of_a_child_with_its_path()
    {
        var child = Child(new OneForOneStrategy(_ => Directive.Stop));
        EventFilter.Custom<Error>(e => e.Cause is Asked && e.LogSource.Contains(child.Path.ToStringWithoutAddress(), StringComparison.Ordinal))
            .ExpectOne(() => child.Tell(new Asked()));
    }

    private IActorRef Child(SupervisorStrategy strategy)
    {
        Sys.ActorOf(Parent.Props(strategy)).Tell(Recorder.Props(TestActor), CreateTestProbe().Ref);
        ExpectMsg("it starts");
        return LastSender;
    }
}
