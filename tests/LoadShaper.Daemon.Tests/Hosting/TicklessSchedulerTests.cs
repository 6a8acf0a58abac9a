using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Hosting;
using Xunit;

namespace LoadShaper.Daemon.Tests.Hosting;

public sealed class TicklessSchedulerTests : TestKit
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private readonly TicklessScheduler _scheduler;

    public TicklessSchedulerTests()
        : base("""akka.loglevel = INFO""") => _scheduler = new TicklessScheduler(Sys.Settings.Config, Sys.Log);

    private IAdvancedScheduler Actions => _scheduler;

    private ITellScheduler Messages => _scheduler;

    [Fact]
    public void A_timer_is_not_early()
    {
        var began = Stopwatch.GetTimestamp();
        var fired = new BlockingCollection<TimeSpan>();

        Actions.ScheduleOnce(Soon, () => fired.Add(Stopwatch.GetElapsedTime(began)));

        Assert.True(Take(fired) >= Soon);
    }

    [Fact]
    public void A_timer_that_is_due_sooner_does_not_wait_for_one_that_was_set_before()
    {
        Messages.ScheduleTellOnce(Never, TestActor, "late", ActorRefs.NoSender);
        Messages.ScheduleTellOnce(Soon, TestActor, "soon", ActorRefs.NoSender);

        ExpectMsg("soon");
        Assert.Equal(1, _scheduler.Count);
    }

    [Fact]
    public void Timers_fire_in_the_order_in_which_they_are_due()
    {
        Messages.ScheduleTellOnce(3 * Soon, TestActor, 3, ActorRefs.NoSender);
        Messages.ScheduleTellOnce(Soon, TestActor, 1, ActorRefs.NoSender);
        Messages.ScheduleTellOnce(2 * Soon, TestActor, 2, ActorRefs.NoSender);

        ExpectMsg(1);
        ExpectMsg(2);
        ExpectMsg(3);
    }

    [Fact]
    public void A_cancelled_timer_leaves_the_queue()
    {
        using var cancelable = new Cancelable(Actions);
        Messages.ScheduleTellOnce(Never, TestActor, "cancelled", ActorRefs.NoSender, cancelable);
        Assert.Equal(1, _scheduler.Count);

        cancelable.Cancel();

        Assert.Equal(0, _scheduler.Count);
    }

    [Fact]
    public void A_timer_with_a_cancelled_cancelable_is_not_queued()
    {
        Messages.ScheduleTellOnce(Never, TestActor, "cancelled", ActorRefs.NoSender, Cancelable.CreateCanceled());

        Assert.Equal(0, _scheduler.Count);
    }

    [Fact]
    public void A_repeated_timer_fires_until_it_is_cancelled()
    {
        using var cancelable = new Cancelable(Actions);
        Messages.ScheduleTellRepeatedly(TimeSpan.Zero, Soon, TestActor, "again", ActorRefs.NoSender, cancelable);
        ExpectMsg("again");
        ExpectMsg("again");
        ExpectMsg("again");

        cancelable.Cancel();

        // One that was firing at that moment may be in the mailbox; what is set afterwards comes after it.
        Messages.ScheduleTellOnce(3 * Soon, TestActor, "end", ActorRefs.NoSender);
        FishForMessage(message => message is "end");
        Assert.Equal(0, _scheduler.Count);
    }

    [Fact]
    public void A_timer_may_cancel_itself()
    {
        using var cancelable = new Cancelable(Actions);
        var fired = 0;
        Actions.ScheduleRepeatedly(TimeSpan.Zero, Soon, () =>
        {
            fired++;
            cancelable.Cancel();
            TestActor.Tell("cancelled");
        }, cancelable);
        ExpectMsg("cancelled");

        Messages.ScheduleTellOnce(3 * Soon, TestActor, "end", ActorRefs.NoSender);
        ExpectMsg("end");

        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_failed_action_is_logged_and_the_next_timer_fires() =>
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() =>
        {
            Actions.ScheduleOnce(TimeSpan.Zero, () => throw new InvalidOperationException("of the test"));
            Messages.ScheduleTellOnce(Soon, TestActor, "next", ActorRefs.NoSender);
            ExpectMsg("next");
        });

    [Fact]
    public void After_its_end_no_timer_fires_and_none_is_queued()
    {
        Messages.ScheduleTellOnce(Soon, TestActor, "before", ActorRefs.NoSender);
        _scheduler.Dispose();
        Messages.ScheduleTellOnce(TimeSpan.Zero, TestActor, "after", ActorRefs.NoSender);
        _scheduler.Dispose();

        Assert.Equal(0, _scheduler.Count);
        ExpectNoMsg(3 * Soon);
    }

    protected override void AfterAll()
    {
        _scheduler.Dispose();
        base.AfterAll();
    }

    private static T Take<T>(BlockingCollection<T> values)
    {
        Assert.True(values.TryTake(out var value, TimeSpan.FromSeconds(30)));
        return value;
    }
}
