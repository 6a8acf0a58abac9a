using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Fsm;

public class FsmTests : VirtualTimeContract
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    public enum Phase
    {
        Inactive,
        Active,
        Resting,
    }

    [Fact]
    public void Who_subscribes_is_told_the_state_and_then_each_transition()
    {
        var fsm = Started();
        fsm.Tell(new FSMBase.SubscribeTransitionCallBack(TestActor));
        ExpectMsg(new FSMBase.CurrentState<Phase>(fsm, Phase.Inactive));
        fsm.Tell("activate");
        ExpectMsg("Inactive -> Active");
        ExpectMsg(new FSMBase.Transition<Phase>(fsm, Phase.Inactive, Phase.Active));
        fsm.Tell(new FSMBase.UnsubscribeTransitionCallBack(TestActor));
        fsm.Tell("deactivate");
        ExpectMsg("Active -> Inactive");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Initialize_is_a_transition_from_the_state_to_itself()
    {
        Sys.ActorOf(Props.Create(() => new Fallback(TestActor)));
        ExpectMsg("Inactive -> Inactive");
    }

    [Fact]
    public void GoTo_the_same_state_is_a_transition_and_Stay_is_none()
    {
        var fsm = Started();
        fsm.Tell("again");
        ExpectMsg("Inactive -> Inactive");
        fsm.Tell("stay");
        ExpectMsg("stayed");
        fsm.Tell("data");
        ExpectMsg(1);
    }

    [Fact]
    public void The_next_data_is_there_after_the_transition_and_both_during_it()
    {
        var fsm = Started();
        fsm.Tell("activate");
        ExpectMsg("Inactive -> Active");
        fsm.Tell("data");
        ExpectMsg(100);
        fsm.Tell("deactivate");
        ExpectMsg("Active -> Inactive");
        fsm.Tell("data");
        ExpectMsg(0);
    }

    [Fact]
    public void A_reply_goes_to_the_sender_of_the_message()
    {
        var fsm = Started();
        var probe = CreateTestProbe();
        fsm.Tell("stay", probe.Ref);
        probe.ExpectMsg("stayed");
    }

    [Fact]
    public void What_a_state_does_not_handle_goes_to_the_common_handler()
    {
        var fsm = Started();
        fsm.Tell("what?");
        ExpectMsg("unhandled what? in Inactive");
    }

    [Fact]
    public void A_state_timeout_comes_when_nothing_else_does()
    {
        var fsm = Resting();
        Scheduler.Advance(5 * s_second);
        ExpectMsg("Resting -> Inactive");
    }

    [Fact]
    public void Any_message_begins_the_state_timeout_anew()
    {
        var fsm = Resting();
        Scheduler.Advance(4 * s_second);
        fsm.Tell("stay");
        ExpectMsg("stayed");
        // The reply goes out before the new timeout begins.
        Settle(fsm);
        Scheduler.Advance(4 * s_second);
        ExpectNoMsg(Quiet);
        Scheduler.Advance(1 * s_second);
        ExpectMsg("Resting -> Inactive");
    }

    [Fact]
    public void Leaving_the_state_ends_its_timeout()
    {
        var fsm = Resting();
        fsm.Tell("activate");
        ExpectMsg("Resting -> Active");
        Scheduler.Advance(5 * s_second);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_named_timer_comes_whatever_the_state_and_until_it_is_cancelled()
    {
        var fsm = Started();
        fsm.Tell("start timer");
        Settle(fsm);
        Scheduler.Advance(s_second);
        ExpectMsg("tick in Inactive");
        fsm.Tell("activate");
        ExpectMsg("Inactive -> Active");
        Scheduler.Advance(s_second);
        ExpectMsg("tick in Active");
        fsm.Tell("cancel timer");
        Settle(fsm);
        Scheduler.Advance(s_second);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_named_timer_that_waits_in_the_mailbox_does_not_come_once_it_is_cancelled()
    {
        var fsm = Started();
        fsm.Tell("start timer");
        Settle(fsm);
        var gate = new Gate();
        fsm.Tell(gate);
        Scheduler.Advance(s_second);
        fsm.Tell("data");
        gate.Open();
        ExpectMsg(0);
    }

    [Fact]
    public void Stop_ends_the_actor_and_says_why_and_where()
    {
        var fsm = Started();
        Watch(fsm);
        fsm.Tell("stop");
        ExpectMsg("terminated Normal in Inactive");
        ExpectTerminated(fsm);
    }

    [Fact]
    public void A_stop_from_outside_is_a_shutdown()
    {
        var fsm = Started();
        Sys.Stop(fsm);
        ExpectMsg("terminated Shutdown in Inactive");
    }

    [Fact]
    public void A_restart_begins_in_the_first_state()
    {
        var fsm = Started();
        fsm.Tell("activate");
        ExpectMsg("Inactive -> Active");
        EventFilter.Exception<Asked>().ExpectOne(() => fsm.Tell(new Asked()));
        FishForMessage<string>(m => m == "Inactive -> Inactive");
        fsm.Tell("data");
        ExpectMsg(0);
    }

    private IActorRef Started()
    {
        var fsm = Sys.ActorOf(Props.Create(() => new Fallback(TestActor)));
        ExpectMsg("Inactive -> Inactive");
        return fsm;
    }

    private IActorRef Resting()
    {
        var fsm = Started();
        fsm.Tell("rest");
        ExpectMsg("Inactive -> Resting");
        Settle(fsm);
        return fsm;
    }

    private sealed class Fallback : FSM<Phase, int>
    {
        public Fallback(IActorRef target)
        {
            StartWith(Phase.Inactive, 0);
            When(Phase.Inactive, e => e.FsmEvent switch
            {
                "activate" => GoTo(Phase.Active).Using(100),
                "rest" => GoTo(Phase.Resting),
                "again" => GoTo(Phase.Inactive).Using(1),
                _ => null!,
            });
            When(Phase.Active, e => e.FsmEvent switch
            {
                "deactivate" => GoTo(Phase.Inactive).Using(0),
                _ => null!,
            });
            When(
                Phase.Resting,
                e => e.FsmEvent switch
                {
                    StateTimeout => GoTo(Phase.Inactive),
                    "activate" => GoTo(Phase.Active),
                    _ => null!,
                },
                5 * s_second);
            WhenUnhandled(e =>
            {
                switch (e.FsmEvent)
                {
                    case "stay":
                        return Stay().Replying("stayed");
                    case "stop":
                        return Stop();
                    case "start timer":
                        SetTimer("tick", "tick", s_second, repeat: true);
                        return Stay();
                    case "cancel timer":
                        CancelTimer("tick");
                        return Stay();
                    case Gate gate:
                        gate.Wait();
                        CancelTimer("tick");
                        return Stay();
                    case "tick":
                        target.Tell($"tick in {StateName}");
                        return Stay();
                    case "data":
                        target.Tell(e.StateData);
                        return Stay();
                    case Exception failure:
                        throw failure;
                    default:
                        target.Tell($"unhandled {e.FsmEvent} in {StateName}");
                        return Stay();
                }
            });
            OnTransition((from, to) =>
            {
                target.Tell($"{from} -> {to}");
                if (from == Phase.Inactive && to == Phase.Active && (StateData, NextStateData) != (0, 100))
                    target.Tell($"data {StateData}, next {NextStateData}");
            });
            OnTermination(stop => target.Tell($"terminated {stop.Reason.GetType().Name} in {stop.TerminatedState}"));
            Initialize();
        }
    }
}
