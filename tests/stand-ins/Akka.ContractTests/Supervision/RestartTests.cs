using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Supervision;

public class RestartTests : Contract
{
    [Fact]
    public void A_failure_restarts_an_actor_by_default_and_its_hooks_run_in_order()
    {
        var actor = Started();
        EventFilter.Exception<Asked>().ExpectOne(() => actor.Tell(new Asked()));
        ExpectMsg("it before restart: as asked");
        ExpectMsg("it stops");
        ExpectMsg("it after restart: as asked");
        ExpectMsg("it starts");
    }

    [Fact]
    public void The_new_instance_starts_afresh_behind_the_same_reference()
    {
        var actor = Started();
        actor.Tell("count");
        actor.Tell("count");
        ExpectMsg(1);
        ExpectMsg(2);
        Restart(actor);
        actor.Tell("count");
        ExpectMsg(1);
    }

    [Fact]
    public void The_message_that_failed_is_lost_and_those_that_waited_are_kept()
    {
        var actor = Started();
        var gate = new Gate(new Asked());
        actor.Tell(gate);
        actor.Tell("first");
        actor.Tell("second");
        EventFilter.Exception<Asked>().ExpectOne(gate.Open);
        FishForMessage<string>(m => m == "it after restart: as asked");
        ExpectMsg("it starts");
        ExpectMsg("first");
        ExpectMsg("second");
    }

    [Fact]
    public void The_hook_before_a_restart_is_given_the_reason_and_the_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new ShowsMessage(TestActor)));
        EventFilter.Exception<Asked>().ExpectOne(() => actor.Tell("fail"));
        ExpectMsg("as asked by fail");
    }

    [Fact]
    public void Children_are_stopped_before_the_new_instance_starts()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Family(TestActor, false)));
        ExpectMsg("child starts");
        EventFilter.Exception<Asked>().ExpectOne(() => actor.Tell("fail"));
        ExpectMsg("child stops");
        ExpectMsgAllOf("new parent", "child starts");
    }

    [Fact]
    public void The_new_instance_waits_for_a_child_that_is_slow_to_stop_and_so_do_the_messages()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Family(TestActor, false)));
        ExpectMsg("child starts");
        var gate = new Gate();
        actor.Tell(gate);
        gate.AwaitEntered();
        EventFilter.Exception<Asked>().ExpectOne(() => actor.Tell("fail"));
        actor.Tell("waits");
        ExpectNoMsg(Quiet);
        gate.Open();
        ExpectMsg("child stops");
        ExpectMsgAllOf("new parent", "child starts", "waits");
    }

    [Fact]
    public void Children_that_the_hook_leaves_alone_are_restarted()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Family(TestActor, true)));
        ExpectMsg("child starts");
        EventFilter.Exception<Asked>().ExpectOne(() => actor.Tell("fail"));
        ExpectMsg("new parent");
        ExpectMsg("child before restart: as asked");
        ExpectMsg("child stops");
        ExpectMsg("child after restart: as asked");
        ExpectMsg("child starts");
    }

    [Fact]
    public void An_exception_in_the_constructor_stops_the_actor()
    {
        IActorRef? actor = null;
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() => actor = Sys.ActorOf<FailsToBegin>());
        Watch(actor!);
        ExpectTerminated(actor!);
    }

    [Fact]
    public void An_exception_in_the_start_hook_stops_the_actor()
    {
        IActorRef? actor = null;
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() => actor = Sys.ActorOf<FailsToStart>());
        Watch(actor!);
        ExpectTerminated(actor!);
    }

    private IActorRef Started()
    {
        var actor = Sys.ActorOf(Recorder.Props(TestActor));
        ExpectMsg("it starts");
        return actor;
    }

    private void Restart(IActorRef actor)
    {
        EventFilter.Exception<Asked>().ExpectOne(() => actor.Tell(new Asked()));
        FishForMessage<string>(m => m == "it starts");
    }

    private sealed class ShowsMessage : ReceiveActor
    {
        private readonly IActorRef _target;

        public ShowsMessage(IActorRef target)
        {
            _target = target;
            Receive<string>(_ => throw new Asked());
        }

        protected override void PreRestart(Exception reason, object message) => _target.Tell($"{reason.Message} by {message}");
    }

    private sealed class Family : ReceiveActor
    {
        private readonly bool _keepsChildren;

        public Family(IActorRef target, bool keepsChildren)
        {
            _keepsChildren = keepsChildren;
            Receive<Gate>(gate => Context.Child("child").Tell(gate));
            Receive<string>(m => m == "fail", _ => throw new Asked());
            ReceiveAny(m => target.Tell(m));
            if (Context.Child("child").IsNobody())
                Context.ActorOf(Recorder.Props(target, "child"), "child");
            Target = target;
        }

        private IActorRef Target { get; }

        protected override void PreRestart(Exception reason, object message)
        {
            if (!_keepsChildren)
                base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason) => Target.Tell("new parent");
    }

    private sealed class FailsToBegin : ReceiveActor
    {
        public FailsToBegin() => throw new Asked();
    }

    private sealed class FailsToStart : ReceiveActor
    {
        protected override void PreStart() => throw new Asked();
    }
}
