using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Time;

/// <summary>The real scheduler. How long it takes is not asserted: a machine may be busy.</summary>
public class SchedulerTests : Contract
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void A_message_can_be_told_later_with_a_sender()
    {
        var probe = CreateTestProbe();
        Sys.Scheduler.ScheduleTellOnce(s_short, TestActor, "later", probe.Ref);
        ExpectMsgFrom(probe.Ref, "later");
    }

    [Fact]
    public void A_message_can_be_told_again_and_again_until_it_is_cancelled()
    {
        var cancelable = new Cancelable(Sys.Scheduler);
        Sys.Scheduler.ScheduleTellRepeatedly(s_short, s_short, TestActor, "again", ActorRefs.NoSender, cancelable);
        for (var i = 0; i < 3; i++)
            ExpectMsg("again");
        cancelable.Cancel();
        ReceiveWhile<string>(m => m == "again", max: Quiet, idle: Quiet);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_cancelled_message_does_not_come()
    {
        var cancelable = Sys.Scheduler.ScheduleTellOnceCancelable(TimeSpan.FromMilliseconds(100), TestActor, "never", ActorRefs.NoSender);
        cancelable.Cancel();
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(200), TestActor, "after", ActorRefs.NoSender);
        ExpectMsg("after");
    }

    [Fact]
    public void An_action_can_run_later()
    {
        var ran = new ManualResetEventSlim();
        Sys.Scheduler.Advanced.ScheduleOnce(s_short, ran.Set);
        Assert.True(ran.Wait(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void An_action_can_run_again_and_again()
    {
        var ran = new CountdownEvent(3);
        var cancelable = Sys.Scheduler.Advanced.ScheduleRepeatedlyCancelable(s_short, s_short, () =>
        {
            if (!ran.IsSet)
                ran.Signal();
        });
        Assert.True(ran.Wait(TimeSpan.FromSeconds(5)));
        cancelable.Cancel();
    }

    [Fact]
    public void A_cancelable_knows_that_it_was_cancelled()
    {
        var cancelable = new Cancelable(Sys.Scheduler);
        Assert.False(cancelable.IsCancellationRequested);
        cancelable.Cancel();
        Assert.True(cancelable.IsCancellationRequested);
        Assert.True(cancelable.Token.IsCancellationRequested);
    }

    [Fact]
    public void The_scheduler_tells_the_time() =>
        Assert.InRange(Sys.Scheduler.Now, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
}
