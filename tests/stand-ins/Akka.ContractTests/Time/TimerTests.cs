using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Time;

public class TimerTests : VirtualTimeContract
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_single_timer_comes_once_when_it_is_due()
    {
        var actor = Start();
        Do(actor, t => t.StartSingleTimer("a", "tick", s_second));
        Scheduler.Advance(0.9 * s_second);
        ExpectNoMsg(Quiet);
        Scheduler.Advance(0.1 * s_second);
        ExpectMsg("tick");
        Scheduler.Advance(10 * s_second);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_periodic_timer_comes_each_interval()
    {
        var actor = Start();
        Do(actor, t => t.StartPeriodicTimer("a", "tick", s_second));
        for (var i = 0; i < 3; i++)
        {
            Scheduler.Advance(s_second);
            ExpectMsg("tick");
        }
    }

    [Fact]
    public void A_periodic_timer_can_have_another_first_delay()
    {
        var actor = Start();
        Do(actor, t => t.StartPeriodicTimer("a", "tick", 5 * s_second, s_second));
        Scheduler.Advance(4 * s_second);
        ExpectNoMsg(Quiet);
        Scheduler.Advance(s_second);
        ExpectMsg("tick");
        Scheduler.Advance(s_second);
        ExpectMsg("tick");
    }

    [Fact]
    public void Starting_a_timer_again_replaces_the_one_of_that_key()
    {
        var actor = Start();
        Do(actor, t => t.StartSingleTimer("a", "old", s_second));
        Do(actor, t => t.StartSingleTimer("a", "new", 2 * s_second));
        Scheduler.Advance(s_second);
        ExpectNoMsg(Quiet);
        Scheduler.Advance(s_second);
        ExpectMsg("new");
    }

    [Fact]
    public void A_cancelled_timer_does_not_come()
    {
        var actor = Start();
        Do(actor, t => t.StartSingleTimer("a", "tick", s_second));
        Do(actor, t => t.Cancel("a"));
        Scheduler.Advance(s_second);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void All_timers_can_be_cancelled_together()
    {
        var actor = Start();
        Do(actor, t =>
        {
            t.StartSingleTimer("a", "tick", s_second);
            t.StartPeriodicTimer("b", "tock", s_second);
        });
        Do(actor, t => t.CancelAll());
        Scheduler.Advance(s_second);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_timer_is_active_until_it_has_come_or_is_cancelled()
    {
        var actor = Start();
        Do(actor, t => t.StartSingleTimer("a", "tick", s_second));
        Do(actor, t => Assert.True(t.IsTimerActive("a")));
        Scheduler.Advance(s_second);
        ExpectMsg("tick");
        Do(actor, t => Assert.False(t.IsTimerActive("a")));
    }

    [Fact]
    public void A_timer_that_already_waits_in_the_mailbox_does_not_come_once_it_is_cancelled()
    {
        var actor = Start();
        Do(actor, t => t.StartSingleTimer("a", "stale", s_second));
        var gate = new Gate();
        Action<ITimerScheduler> cancelWhenOpened = t =>
        {
            gate.Wait();
            t.Cancel("a");
        };
        actor.Tell(cancelWhenOpened);
        Scheduler.Advance(s_second);
        gate.Open();
        ExpectMsg("done");
        actor.Tell("next");
        ExpectMsg("next");
    }

    [Fact]
    public void A_timer_that_already_waits_in_the_mailbox_does_not_come_once_it_is_replaced()
    {
        var actor = Start();
        Do(actor, t => t.StartSingleTimer("a", "stale", s_second));
        var gate = new Gate();
        Action<ITimerScheduler> replaceWhenOpened = t =>
        {
            gate.Wait();
            t.StartSingleTimer("a", "fresh", s_second);
        };
        actor.Tell(replaceWhenOpened);
        Scheduler.Advance(s_second);
        gate.Open();
        ExpectMsg("done");
        actor.Tell("next");
        ExpectMsg("next");
        Scheduler.Advance(s_second);
        ExpectMsg("fresh");
    }

    [Fact]
    public void A_restart_cancels_the_timers()
    {
        var actor = Start();
        Do(actor, t => t.StartPeriodicTimer("a", "tick", s_second));
        EventFilter.Exception<Asked>().ExpectOne(() => actor.Tell(new Asked()));
        Settle(actor);
        Scheduler.Advance(s_second);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_timer_of_the_old_instance_that_waits_in_the_mailbox_does_not_come_to_the_new_one()
    {
        var actor = Start();
        Do(actor, t => t.StartSingleTimer("a", "stale", s_second));
        var gate = new Gate(new Asked());
        Action<ITimerScheduler> failWhenOpened = _ => gate.Wait();
        actor.Tell(failWhenOpened);
        Scheduler.Advance(s_second);
        actor.Tell("next");
        EventFilter.Exception<Asked>().ExpectOne(gate.Open);
        ExpectMsg("next");
    }

    [Fact]
    public void A_stop_cancels_the_timers()
    {
        var actor = Start();
        Do(actor, t => t.StartPeriodicTimer("a", "tick", s_second));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        EventFilter.DeadLetter().Expect(0, Quiet, () => Scheduler.Advance(s_second));
    }

    private IActorRef Start() => Sys.ActorOf(Props.Create(() => new Timed(TestActor)));

    private void Do(IActorRef actor, Action<ITimerScheduler> change)
    {
        actor.Tell(change);
        ExpectMsg("done");
    }

    private sealed class Timed : ReceiveActor, IWithTimers
    {
        public Timed(IActorRef target)
        {
            Receive<Action<ITimerScheduler>>(change =>
            {
                change(Timers);
                target.Tell("done");
            });
            Receive<Exception>(e => throw e);
            Receive<string>(m => target.Tell(m));
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
