using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Time;

public class VirtualTimeTests : VirtualTimeContract
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Nothing_comes_until_the_time_is_advanced()
    {
        Sys.Scheduler.ScheduleTellOnce(s_second, TestActor, "later", ActorRefs.NoSender);
        ExpectNoMsg(Quiet);
        Scheduler.Advance(s_second);
        ExpectMsg("later");
    }

    [Fact]
    public void The_time_moves_by_what_it_is_advanced()
    {
        var start = Scheduler.Now;
        Scheduler.Advance(90 * s_second);
        Assert.Equal(start + (90 * s_second), Scheduler.Now);
        Assert.Equal(Scheduler.Now, Sys.Scheduler.Now);
    }

    [Fact]
    public void The_time_can_be_advanced_to_a_time_but_not_back()
    {
        var start = Scheduler.Now;
        Scheduler.AdvanceTo(start + s_second);
        Assert.Equal(start + s_second, Scheduler.Now);
        Assert.Throws<InvalidOperationException>(() => Scheduler.AdvanceTo(start));
    }

    [Fact]
    public void What_is_due_comes_in_the_order_of_its_time()
    {
        Sys.Scheduler.ScheduleTellOnce(3 * s_second, TestActor, "third", ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(1 * s_second, TestActor, "first", ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(2 * s_second, TestActor, "second", ActorRefs.NoSender);
        Scheduler.Advance(5 * s_second);
        ExpectMsg("first");
        ExpectMsg("second");
        ExpectMsg("third");
    }

    [Fact]
    public void Each_due_item_comes_once_for_each_advance_however_far_it_goes()
    {
        Sys.Scheduler.ScheduleTellRepeatedly(s_second, s_second, TestActor, "tick", ActorRefs.NoSender);
        Scheduler.Advance(10 * s_second);
        ExpectMsg("tick");
        ExpectNoMsg(Quiet);
        Scheduler.Advance(s_second);
        ExpectMsg("tick");
    }

    [Fact]
    public void What_is_cancelled_does_not_come()
    {
        var cancelable = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(s_second, s_second, TestActor, "tick", ActorRefs.NoSender);
        Scheduler.Advance(s_second);
        ExpectMsg("tick");
        cancelable.Cancel();
        Scheduler.Advance(s_second);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void An_action_runs_before_advance_returns()
    {
        var ran = false;
        Sys.Scheduler.Advanced.ScheduleOnce(s_second, () => ran = true);
        Scheduler.Advance(s_second);
        Assert.True(ran);
    }
}
