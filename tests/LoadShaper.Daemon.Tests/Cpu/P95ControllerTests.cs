using Akka.Actor;
using Akka.TestKit;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Journal;
using Xunit;

namespace LoadShaper.Daemon.Tests.Cpu;

public sealed class P95ControllerTests : ControllerKit
{
    [Fact]
    public void More_load_waits_until_it_is_in_the_journal()
    {
        var controller = Start();
        Run("BEGIN IMMEDIATE");
        controller.Tell(Sample(Noon));
        Workers.ExpectNoMsg(300);

        Run("COMMIT");

        Assert.True(ExpectPlan().Plan.Intensity.Value > 0);
        Assert.Contains(Journaled(), happened => happened is SlotDecided);
    }

    [Fact]
    public void Less_load_does_not_wait_for_the_journal()
    {
        var controller = Start();
        controller.Tell(Sample(Noon));
        ExpectPlan();
        Run("BEGIN IMMEDIATE");

        controller.Tell(Sample(Noon.AddSeconds(5), foreign: 95));

        Assert.Equal(GatePosition.Closed, ExpectPlan().Gate);
        Run("COMMIT");
        AwaitAssert(() => Assert.Contains(Journaled(), happened => happened is GateClosed));
    }

    [Fact]
    public void Memory_and_network_receive_a_decision_from_the_supervisor_when_it_is_in_the_journal()
    {
        var (controller, parent) = StartUnder();
        controller.Tell(Sample(Noon));

        Memory.ExpectMsg<Levers>();
        Network.ExpectMsg<FallbackInput>();

        Assert.Equal((controller.Path.Parent, controller.Path.Parent), (Memory.LastSender.Path, Network.LastSender.Path));
        var turn = Setup().NewLoop().Turn(Sample(Noon));
        Assert.Equal(turn.Events.Select(happened => happened.GetType()), Journaled().Select(happened => happened.GetType()));
    }

    [Fact]
    public void A_write_that_fails_idles_the_workers_and_ends_it()
    {
        var (controller, parent) = StartUnder();
        controller.Tell(Sample(Noon));
        ExpectPlan();
        BreakWriting();

        controller.Tell(Sample(Noon.AddMinutes(1)));

        Assert.Contains("full", parent.FishForMessage<P95Supervisor.JournalFailed>(_ => true).Problem);
        ExpectIdle();
        ExpectTerminated(controller);
        Assert.DoesNotContain(Journaled(), happened => happened.At >= Noon.AddMinutes(1));
    }

    [Fact]
    public void An_event_that_cannot_be_written_at_all_ends_it_too()
    {
        var (controller, parent) = StartUnder();

        controller.Tell(new Unwritable(Noon));

        Assert.Contains("wire format", parent.FishForMessage<P95Supervisor.JournalFailed>(_ => true).Problem);
        ExpectTerminated(controller);
    }

    [Fact]
    public void A_directory_that_vanished_ends_it_before_anything_is_written_into_the_void()
    {
        var (controller, parent) = StartUnder();
        controller.Tell(Sample(Noon));
        ExpectPlan();
        System.IO.Directory.Delete(Directory, recursive: true);

        controller.Tell(Sample(Noon.AddSeconds(5)));

        Assert.Contains("is gone", parent.FishForMessage<P95Supervisor.JournalFailed>(_ => true).Problem);
        ExpectIdle();
        ExpectTerminated(controller);
    }

    [Fact]
    public void It_asks_for_the_stored_minutes_and_decides_when_they_have_come()
    {
        var store = CreateTestProbe();
        Store = store;
        var controller = Start();
        controller.Tell(Sample(Noon));

        var wanted = store.ExpectMsg<MinutesWanted>();
        Workers.ExpectNoMsg(200);
        store.Reply(MinuteHistory.Empty);

        Assert.Equal((TimeSpan.FromDays(35), Time.Now), (wanted.To - wanted.From, wanted.To));
        ExpectPlan();
    }

    [Fact]
    public void Stored_minutes_that_do_not_come_are_waited_for_ten_seconds()
    {
        var store = CreateTestProbe();
        Store = store;
        var controller = Start();
        store.ExpectMsg<MinutesWanted>();
        for (var i = 0; i < 2; i++)
        {
            controller.Tell(Sample(Noon.AddSeconds(5 * i)));
            Time.Advance(TimeSpan.FromSeconds(5));
        }

        ExpectPlan();
    }

    [Fact]
    public void A_stop_that_comes_before_the_stored_minutes_does_not_wait_for_them()
    {
        var store = CreateTestProbe();
        Store = store;
        var controller = Start();
        store.ExpectMsg<MinutesWanted>();

        controller.Tell(new P95Controller.Stop("test"));

        ExpectTerminated(controller);
        Assert.IsType<DaemonStopped>(Assert.Single(Journaled()));
    }

    [Fact]
    public void A_stop_is_journaled_and_a_snapshot_taken()
    {
        var controller = Start();
        controller.Tell(Sample(Noon));
        ExpectPlan();

        controller.Tell(new P95Controller.Stop("asked for"));

        ExpectTerminated(controller);
        Assert.Equal("asked for", Assert.IsType<DaemonStopped>(Journaled()[^1]).Reason);
        Assert.Equal(Ask("SELECT max(sequence_number) FROM journal"), Ask("SELECT max(sequence_number) FROM snapshot"));
    }

    [Fact]
    public void A_start_after_events_is_preceded_by_the_time_without_decisions()
    {
        DecideAndEnd(slots: 1);
        Time.Advance(TimeSpan.FromSeconds(1));

        Start().Tell(Started(Noon.AddHours(2)));

        AwaitAssert(() => Assert.IsType<DaemonStarted>(Journaled()[^1]));
        Assert.Equal(GapCause.Downtime, Assert.IsType<GapSeen>(Journaled()[^2]).Cause);
    }

    [Fact]
    public void Snapshots_are_taken_every_so_many_slots_and_the_last_three_are_kept()
    {
        Decide(Start(), slots: 11);

        // Three are there for a moment before the last are taken, too.
        AwaitAssert(() =>
        {
            Assert.Equal("3", Ask("SELECT count(*) FROM snapshot"));
            var newest = long.Parse(Ask("SELECT max(sequence_number) FROM snapshot")!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(long.Parse(Ask("SELECT max(sequence_number) FROM journal")!, System.Globalization.CultureInfo.InvariantCulture) - newest, 0, 4);
        });
    }

    [Fact]
    public void Over_many_short_lives_no_more_snapshots_pile_up()
    {
        for (var life = 0; life < 6; life++)
        {
            var controller = Start();
            controller.Tell(Sample(Noon.AddHours(life)));
            ExpectPlan();
            controller.Tell(new P95Controller.Stop("test"));
            ExpectTerminated(controller);
        }

        Assert.InRange(long.Parse(Ask("SELECT count(*) FROM snapshot")!, System.Globalization.CultureInfo.InvariantCulture), 1, 4);
    }

    [Fact]
    public void It_goes_on_from_what_is_journaled_and_does_not_decide_a_slot_twice()
    {
        DecideAndEnd(slots: 3);
        var before = Journaled();

        var again = Start();
        again.Tell(Sample(Noon.AddMinutes(2).AddSeconds(30)));

        Status.FishForMessage<ControllerStatus>(status => status.Plan.Until == Noon.AddMinutes(3));
        Assert.Equal(before.OfType<SlotDecided>(), Journaled().OfType<SlotDecided>());
    }

    [Fact]
    public void An_event_that_cannot_be_read_is_passed_over()
    {
        DecideAndEnd(slots: 3);
        Run("UPDATE journal SET message = x'7b' WHERE sequence_number = 2");

        Start().Tell(Sample(Noon.AddMinutes(3)));

        Status.FishForMessage<ControllerStatus>(status => status.At == Noon.AddMinutes(3));
        using var reader = JournalReader.Open(JournalPath);
        Assert.Contains(reader.Read(), entry => entry.Event is SlotDecided decided && decided.Slot.Start == Noon.AddMinutes(3));
    }

    [Fact]
    public void Events_that_are_to_be_forgotten_are_deleted_and_what_is_left_is_recovered()
    {
        DecideAndEnd(slots: 8);
        var controller = Start();

        controller.Tell(new RetentionPlan(4));
        AwaitAssert(() => Assert.Equal("5", Ask("SELECT min(sequence_number) FROM journal WHERE deleted = 0")));

        Start().Tell(Sample(Noon.AddMinutes(8)));
        Status.FishForMessage<ControllerStatus>(status => status.At == Noon.AddMinutes(8));
        Assert.Contains(Journaled().OfType<SlotDecided>(), decided => decided.Slot.Start == Noon.AddMinutes(8));
    }

    [Fact]
    public void A_clock_set_back_is_recorded_and_the_readings_restart_from_the_stored_minutes()
    {
        var store = CreateTestProbe();
        Store = store;
        var controller = Start();
        store.ExpectMsg<MinutesWanted>();
        store.Reply(MinuteHistory.Empty);
        controller.Tell(Sample(Noon));
        ExpectPlan();

        controller.Tell(Sample(Noon.AddHours(-3)));

        store.ExpectMsg<MinutesWanted>();
        Assert.Equal(0, ExpectPlan().Plan.Intensity.Value);
        store.Reply(MinuteHistory.Empty);
        controller.Tell(Sample(Noon.AddHours(-3).AddSeconds(5)));
        AwaitAssert(() => Assert.Equal(
            [Noon, Noon.AddHours(-3)],
            Journaled().OfType<SlotDecided>().Select(decided => decided.Slot.Start)));
        Assert.Equal(GapCause.ClockBackward, Assert.Single(Journaled().OfType<GapSeen>()).Cause);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(65)]
    public void Minutes_that_were_filled_in_do_not_fix_the_minute_in_progress(int answeredAtSecond)
    {
        var store = CreateTestProbe();
        Store = store;
        var controller = Start();
        store.ExpectMsg<MinutesWanted>();
        store.Reply(MinuteHistory.Empty);
        for (var second = 0; second <= 70; second += 5)
        {
            controller.Tell(Sample(Noon.AddSeconds(second)));
            Status.FishForMessage<ControllerStatus>(status => status.At == Noon.AddSeconds(second));
            if (second == 30)
            {
                controller.Tell(new MinutesFilledIn());
                store.ExpectMsg<MinutesWanted>();
            }
            if (second == answeredAtSecond)
                store.Reply(new MinuteHistory([Stored(-2, 30), Stored(-1, 30), Stored(0, 90)]));
        }

        controller.Tell(Sample(Noon.AddSeconds(75)));
        var known = Status.FishForMessage<ControllerStatus>(status => status.At == Noon.AddSeconds(75));

        Assert.Equal((3, 30.0), (known.SeenMinutes, known.Readings.Minute));

        static MinuteMean Stored(int minute, double busy) => new(Noon.AddMinutes(minute), TimeSpan.FromSeconds(30), busy, busy, 0);
    }

    /// <summary>An event of nobody.</summary>
    private sealed record Unwritable(DateTimeOffset At) : IEvent;

    private IActorRef Start() => StartUnder().Controller;

    private (IActorRef Controller, TestProbe Parent) StartUnder()
    {
        var parent = CreateTestProbe();
        var setup = Setup();
        var child = Props.Create(() => new P95Controller(setup, new P95Controller.Opening(Array.Empty<IEvent>(), false, null)));
        Sys.ActorOf(Props.Create(() => new Parent(parent, child)));
        var controller = parent.ExpectMsg<IActorRef>();
        Watch(controller);
        return (controller, parent);
    }

    private void Decide(IActorRef controller, int slots)
    {
        for (var i = 0; i < slots; i++)
            controller.Tell(Sample(Noon.AddMinutes(i)));
        for (var i = 0; i < slots; i++)
            Memory.ExpectMsg<Levers>();
    }

    private void DecideAndEnd(int slots)
    {
        var controller = Start();
        Decide(controller, slots);
        controller.Tell(Kill.Instance);
        ExpectTerminated(controller);
    }
}
