using System.Collections.Concurrent;
using Akka.Actor;
using Akka.TestKit.TestActors;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Journal;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;
using LoadShaper.Journal;
using Xunit;

namespace LoadShaper.Daemon.Tests.Cpu;

public sealed class P95SupervisorTests : ControllerKit
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    // The virtual times at which a controller was begun.
    private readonly ConcurrentQueue<DateTimeOffset> _starts = new();
    private volatile bool _fails;

    [Fact]
    public void A_full_disk_idles_the_workers_at_once_and_says_why()
    {
        var supervisor = Start();
        Decided(supervisor, Noon);
        BreakWriting();

        supervisor.Tell(Sample(Noon.AddMinutes(1)));

        ExpectFailed();
        supervisor.Tell(Sample(Noon.AddMinutes(1).AddSeconds(5)));
        var status = Status.FishForMessage<ControllerStatus>(s => s.Problem is not null);
        Assert.Contains("full", status.Problem);
        Assert.Equal(0, status.Plan.Intensity.Value);
    }

    // A health reporter that has restarted has lost them.
    [Fact]
    public void Each_sample_repeats_the_counts()
    {
        var setup = Setup();
        Func<ControllerSetup, P95Controller.Opening, Props> silent = (_, _) => Props.Create(() => new BlackHoleActor());
        var supervisor = Sys.ActorOf(Props.Create(() => new P95Supervisor(setup, silent)));
        var counts = Status.ExpectMsg<ControllerCounts>();

        supervisor.Tell(Sample(Noon));

        Assert.Equal(counts, Status.ExpectMsg<ControllerCounts>());
    }

    [Fact]
    public void When_the_disk_is_back_it_goes_on_by_itself_and_the_gap_is_recorded()
    {
        var supervisor = Start();
        Decided(supervisor, Noon);
        BreakWriting();
        supervisor.Tell(Sample(Noon.AddMinutes(1)));
        ExpectFailed();
        MendWriting();

        Pass(supervisor, FirstRetry);

        Until.True(() => Journaled().OfType<GapSeen>().Any());
        Assert.True(DecidedAgain(supervisor, Noon.AddMinutes(2)).Plan.Intensity.Value > 0);
        var gap = Assert.Single(Journaled().OfType<GapSeen>());
        Assert.Equal(GapCause.JournalFailed, gap.Cause);
        Assert.Contains("full", gap.Detail);
    }

    [Fact]
    public void A_journal_that_can_be_read_but_not_written_is_not_taken_for_one_that_is_back()
    {
        var supervisor = Start();
        Decided(supervisor, Noon);
        BreakWriting();
        TriesAgainIn(1, () => supervisor.Tell(Sample(Noon.AddMinutes(1))));

        TriesAgainIn(2, () => Pass(supervisor, FirstRetry));
        TriesAgainIn(4, () => Pass(supervisor, 2 * FirstRetry));
        TriesAgainIn(8, () => Pass(supervisor, 4 * FirstRetry));

        var starts = _starts.ToArray();
        Assert.Equal([FirstRetry, 2 * FirstRetry, 4 * FirstRetry], starts.Skip(1).Zip(starts, (next, before) => next - before));
        supervisor.Tell(Sample(Noon.AddMinutes(2)));
        Status.FishForMessage<ControllerStatus>(s => s.At == Noon.AddMinutes(2) && s.Problem is not null);
    }

    [Fact]
    public void For_an_hour_without_a_journal_nothing_is_burnt_and_then_the_least_that_is_safe()
    {
        _fails = true;
        var supervisor = Start();
        ExpectIdle();

        supervisor.Tell(Sample(Noon));
        Assert.Equal(0, ExpectPlan().Plan.Intensity.Value);
        Pass(supervisor, TimeSpan.FromMinutes(59));
        supervisor.Tell(Sample(Noon.AddMinutes(59)));
        Assert.Equal(0, ExpectPlan().Plan.Intensity.Value);
        Pass(supervisor, TimeSpan.FromMinutes(1));
        supervisor.Tell(Sample(Noon.AddMinutes(60)));

        Assert.Equal(new CpuSettings().TargetMin, ExpectPlan().Plan.Intensity);
        Status.FishForMessage<ControllerStatus>(s => s.Plan.Intensity.Value > 0 && s.Problem is not null);
    }

    [Fact]
    public void The_hour_is_not_counted_by_a_clock_that_may_be_set()
    {
        _fails = true;
        var supervisor = Start();
        ExpectIdle();

        supervisor.Tell(Sample(Noon));
        supervisor.Tell(Sample(Noon.AddDays(30)));

        Assert.Equal(0, ExpectPlan().Plan.Intensity.Value);
        Assert.Equal(0, ExpectPlan().Plan.Intensity.Value);
    }

    [Fact]
    public void Even_then_a_closed_gate_leaves_no_load_on()
    {
        _fails = true;
        var supervisor = Start();
        ExpectIdle();
        Pass(supervisor, TimeSpan.FromHours(1));

        supervisor.Tell(Sample(Noon, foreign: 95));

        Assert.Equal(0, ExpectPlan().Plan.Intensity.Value);
    }

    [Fact]
    public void From_memory_it_goes_back_to_the_journal_when_that_is_there_again()
    {
        _fails = true;
        var supervisor = Start();
        ExpectIdle();
        Pass(supervisor, TimeSpan.FromHours(1));
        ExpectIdle();
        supervisor.Tell(Sample(Noon));
        Assert.True(ExpectPlan().Plan.Intensity.Value > 0);

        _fails = false;
        Pass(supervisor, 2 * FirstRetry);
        Until.True(() => Journaled().OfType<GapSeen>().Any());
        DecidedAgain(supervisor, Noon.AddMinutes(1));

        Assert.Contains(Journaled(), happened => happened is SlotDecided);
    }

    [Fact]
    public void A_start_that_could_not_be_recorded_is_recorded_when_the_journal_is_back_and_only_once()
    {
        BreakWriting();
        var supervisor = Start();
        supervisor.Tell(Started(Noon));
        ExpectFailed();
        Pass(supervisor, FirstRetry);
        ExpectFailed();
        MendWriting();

        Pass(supervisor, 2 * FirstRetry);
        Until.True(() => Journaled().OfType<GapSeen>().Any());
        DecidedAgain(supervisor, Noon.AddMinutes(10));

        Assert.Equal(
            [typeof(DaemonStarted), typeof(GapSeen)],
            Journaled().Where(happened => happened is LifecycleEvent).Select(happened => happened.GetType()));
    }

    [Fact]
    public void What_others_decided_meanwhile_is_recorded_when_the_journal_is_back()
    {
        var supervisor = Start();
        Decided(supervisor, Noon);
        BreakWriting();
        var reached = new MemoryTargetReached(new MemoryInput(
            Noon.AddMinutes(1), null, TimeSpan.Zero, null, null, null, ByteSize.Zero, ByteSize.Zero, GatePosition.Open, Wanted: true));
        supervisor.Tell(reached);
        ExpectFailed();
        MendWriting();

        Pass(supervisor, FirstRetry);
        Until.True(() => Journaled().OfType<GapSeen>().Any());

        Assert.Equal(reached.At, Assert.Single(Journaled().OfType<MemoryTargetReached>()).At);
    }

    [Fact]
    public void An_entry_that_leaves_the_ledger_as_it_was_is_reported_as_recorded_too()
    {
        var supervisor = Start();
        Decided(supervisor, Noon);
        for (var i = 0; i < 2; i++)
        {
            supervisor.Tell(new TrafficReserved(new LedgerInput(Noon, Traffic.None, Traffic.None), new DateOnly(2026, 11, 1), Traffic.None, Traffic.None));

            Network.FishForMessage<LedgerState>(ledger => ledger.Month == new DateOnly(2026, 11, 1));
        }
    }

    [Fact]
    public void A_snapshot_that_cannot_be_read_is_passed_over_and_the_events_are_folded()
    {
        var supervisor = Start();
        for (var i = 0; i < 5; i++)
            Decided(supervisor, Noon.AddMinutes(i));
        var before = Fold();
        supervisor.Tell(new P95Controller.Stop("test"));
        Watch(supervisor);
        ExpectTerminated(supervisor);
        ExpectIdle();
        Run("UPDATE snapshot SET snapshot = x'7b22'");

        var again = Start();
        ExpectFailed();
        Pass(again, FirstRetry);
        Until.True(() => Journaled().OfType<GapSeen>().Any(gap => gap.Cause == GapCause.JournalFailed));

        var status = DecidedAgain(again, Noon.AddMinutes(4).AddSeconds(30));
        Assert.Equal((before.Cpu.State, before.Cpu.Exceedance), (status.State, status.Exceedance));
        Assert.Equal(5, Journaled().OfType<SlotDecided>().Count());
    }

    [Fact]
    public void A_journal_found_damaged_while_running_is_moved_aside_and_a_new_one_begun()
    {
        var first = Watch(Start());
        for (var i = 0; i < 20; i++)
            Decided(first, Noon.AddMinutes(i));
        first.Tell(new P95Controller.Stop("test"));
        ExpectTerminated(first);
        ExpectIdle();
        DamageJournal();

        var supervisor = Start();
        supervisor.Tell(Started(Noon.AddHours(1)));
        ExpectFailed();
        Pass(supervisor, FirstRetry);
        Until.True(() => Journaled().OfType<GapSeen>().Any(gap => gap.Cause == GapCause.JournalLost));

        var status = DecidedAgain(supervisor, Noon.AddHours(1));
        Assert.Contains(".corrupt-", status.JournalLoss);
        Assert.Single(System.IO.Directory.GetFiles(Directory, "journal.db.corrupt-*Z"));
        var begun = Journaled();
        Assert.IsType<DaemonStarted>(begun[0]);
        Assert.Contains(".corrupt-", Assert.Single(begun.OfType<GapSeen>(), gap => gap.Cause == GapCause.JournalLost).Detail);
        Assert.Contains(begun, happened => happened is SlotDecided);
    }

    [Fact]
    public void What_was_found_lost_at_the_start_is_recorded_first()
    {
        var supervisor = Start(new JournalLoss("malformed", "journal.db.corrupt-x", 7, Noon.AddDays(-1)));
        supervisor.Tell(Started(Noon));
        Decided(supervisor, Noon);

        var gap = Assert.IsType<GapSeen>(Journaled()[0]);
        Assert.Equal((GapCause.JournalLost, Noon.AddDays(-1)), (gap.Cause, gap.From));
        Assert.Contains("7 events", gap.Detail);
    }

    [Fact]
    public void A_directory_that_vanished_is_waited_for_and_a_new_journal_says_what_was_lost()
    {
        var supervisor = Start();
        supervisor.Tell(Started(Noon));
        Decided(supervisor, Noon);
        System.IO.Directory.Delete(Directory, recursive: true);
        supervisor.Tell(Sample(Noon.AddSeconds(5)));
        ExpectFailed();
        supervisor.Tell(Sample(Noon.AddSeconds(10)));
        Assert.Contains("gone", Status.FishForMessage<ControllerStatus>(s => s.At == Noon.AddSeconds(10)).Problem);
        for (var i = 0; i < 10; i++)
            EventFilter.Warning(contains: "Journal unavailable: ").ExpectOne(() => Pass(supervisor, LongestRetry));
        Assert.Single(_starts);

        System.IO.Directory.CreateDirectory(Directory);
        Pass(supervisor, LongestRetry);
        Until.True(() => Journaled().OfType<GapSeen>().Any());
        DecidedAgain(supervisor, Noon.AddMinutes(1));

        Assert.Equal([GapCause.JournalLost, GapCause.JournalFailed], Journaled().OfType<GapSeen>().Select(gap => gap.Cause));
        Assert.IsType<DaemonStarted>(Journaled()[0]);
    }

    [Fact]
    public void Events_older_than_they_are_kept_are_deleted_up_to_a_recorded_state()
    {
        var supervisor = Start();
        Sys.ActorOf(Props.Create(() => new JournalRetention(Journal, P95Controller.Id, TimeSpan.FromDays(90), supervisor)));
        for (var day = 0; day < 4; day++)
            Decided(supervisor, Noon.AddDays(day));
        var states = StatesInJournal();
        // As if they had been written when they happened, a hundred days ago; the last day is today's.
        var at = Time.Now.UtcTicks;
        for (var day = 0; day < 3; day++)
            Run($"UPDATE journal SET created = {at - TimeSpan.FromDays(100 - day).Ticks} WHERE sequence_number >= {states[day]} AND sequence_number < {states[day + 1]}");

        Time.Advance(TimeSpan.FromMinutes(5));
        AwaitAssert(() => Assert.Equal($"{states[1]}", Ask("SELECT min(sequence_number) FROM journal WHERE deleted = 0")));
        Time.Advance(TimeSpan.FromHours(1));
        AwaitAssert(() => Assert.Equal($"{states[2]}", Ask("SELECT min(sequence_number) FROM journal WHERE deleted = 0")));

        // The last state older than the cutoff stays: the window begins with it.
        Assert.IsType<StateRecorded>(Journaled()[0]);
    }

    private List<long> StatesInJournal()
    {
        using var reader = JournalReader.Open(JournalPath);
        return reader.Read().Where(entry => entry.Event is StateRecorded).Select(entry => entry.SequenceNr).ToList();
    }

    // Another file, as it comes back from a broken disk: what a connection still remembers of the old one does not count.
    private void DamageJournal()
    {
        Run("PRAGMA wal_checkpoint(TRUNCATE)");
        var bytes = File.ReadAllBytes(JournalPath);
        bytes.AsSpan(4096 * 2).Fill(0xA5);
        foreach (var file in System.IO.Directory.GetFiles(Directory, "journal.db*"))
            File.Delete(file);
        File.WriteAllBytes(JournalPath, bytes);
    }

    private IActorRef Start(JournalLoss? loss = null)
    {
        var setup = Setup(loss);
        return Sys.ActorOf(Props.Create(() => new P95Supervisor(setup, NewController)));
    }

    private Props NewController(ControllerSetup setup, P95Controller.Opening opening)
    {
        _starts.Enqueue(Time.Now);
        return _fails
            ? Props.Create(() => new Failing())
            : Props.Create(() => new P95Controller(setup, opening));
    }

    // Time is moved only while everyone waits for it: else it would overtake what other threads are still doing, and what is
    // to happen after a delay would be begun before or after it by chance.
    private void Pass(IActorRef supervisor, TimeSpan time)
    {
        Settle(supervisor);
        Time.Advance(time);
    }

    private void TriesAgainIn(int seconds, Action after) => EventFilter.Warning(contains: $"retrying in {TimeSpan.FromSeconds(seconds)}").ExpectOne(after);

    // The controller says so when it ends, its parent when it hears of it. Settled, the parent waits for the next try.
    private void ExpectFailed()
    {
        ExpectIdle();
        ExpectIdle();
    }

    private void Decided(IActorRef supervisor, DateTimeOffset at)
    {
        supervisor.Tell(Sample(at));
        Status.FishForMessage<ControllerStatus>(s => s.At == at);
    }

    // What is on disk is heard of a moment later.
    private ControllerStatus DecidedAgain(IActorRef supervisor, DateTimeOffset at)
    {
        ControllerStatus? status = null;
        Until.True(() =>
        {
            supervisor.Tell(Sample(at));
            status = Status.FishForMessage<ControllerStatus>(s => s.At == at);
            return status.Problem is null;
        });
        return status!;
    }

    private ControllerSnapshot Fold() => Journaled().Aggregate(ControllerSnapshot.Empty, (memory, happened) => memory.Apply(happened));

    /// <summary>A controller that meets a failing journal at once.</summary>
    private sealed class Failing : ReceiveActor
    {
        public Failing()
        {
            Context.Parent.Tell(new P95Supervisor.JournalFailed("Input/output error"));
            Context.Stop(Self);
        }
    }
}
