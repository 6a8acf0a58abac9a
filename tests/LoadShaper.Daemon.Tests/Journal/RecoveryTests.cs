using Akka.Actor;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Tests.Cpu;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Journal;
using Xunit;

namespace LoadShaper.Daemon.Tests.Journal;

/// <summary>What the daemon makes of a damaged journal: preparation, recovery by the real plugin, the first decision.</summary>
public sealed class RecoveryTests : ControllerKit
{
    private const int Sampled = 40;

    [Theory]
    [InlineData("replace(manifest, '.', ',')")]
    [InlineData("'controller-memory.99'")]
    [InlineData("NULL")]
    [InlineData("'daemon-stopped.1'")]
    public void A_snapshot_of_an_unknown_manifest_is_reported_and_the_events_are_folded(string manifest)
    {
        Write(events: 6, snapshot: true);
        Run($"UPDATE snapshot SET manifest = {manifest}");
        var before = Journaled();
        var supervisor = Start(null);
        var at = Noon.AddMinutes(7);

        EventFilter.Error(contains: "Cannot read the journal").ExpectOne(() =>
        {
            supervisor.Tell(Started(at));
            Until.True(() => Workers.HasMessages);
        });
        Decided(supervisor, at);

        var after = Journaled();
        Assert.Equal(before, after.Take(before.Count));
        var gap = Assert.Single(after.Skip(before.Count).OfType<GapSeen>(), gap => gap.Cause == GapCause.JournalFailed);
        Assert.NotNull(gap.Detail);
        // The state goes on from the events: a slot that was decided is not decided again.
        Assert.DoesNotContain(after.Skip(before.Count), happened => happened is SlotDecided slot && before.OfType<SlotDecided>().Any(earlier => earlier.Slot == slot.Slot));
    }

    [Fact]
    public void An_event_that_a_damaged_mark_hides_is_reported()
    {
        Write(events: 6, snapshot: false);
        Run("UPDATE journal SET deleted = 1 WHERE sequence_number = 3");

        EventFilter.Error(contains: "Journal events 3 to 3 are missing").ExpectOne(() => Decided(Start(null), Noon.AddMinutes(7)));
    }

    [Fact]
    public void A_last_event_that_a_damaged_mark_hides_is_reported_and_its_number_not_given_again()
    {
        Write(events: 6, snapshot: false);
        var last = long.Parse(Ask("SELECT max(sequence_number) FROM journal")!, System.Globalization.CultureInfo.InvariantCulture);
        Run($"UPDATE journal SET deleted = 1 WHERE sequence_number = {last}");

        EventFilter.Error(contains: $"Journal events {last} to {last} are missing").ExpectOne(() => Decided(Start(null), Noon.AddMinutes(7)));

        Assert.Equal($"{last + 1}", Ask($"SELECT min(sequence_number) FROM journal WHERE sequence_number > {last}"));
    }

    [Fact]
    public void After_any_damaged_byte_the_daemon_decides_and_a_lost_journal_is_recorded()
    {
        Write(events: 6, snapshot: true);
        Run("PRAGMA wal_checkpoint(TRUNCATE)");
        var sound = File.ReadAllBytes(JournalPath);
        var failures = new List<string>();
        var at = Noon;
        foreach (var (offset, value) in Damage.Of(sound, Sampled))
        {
            try
            {
                // A time of its own: a late status of the trial before is not taken for one of this.
                Survive(sound, offset, value, at = at.AddHours(1));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failures.Add($"byte {offset} = {value}: {e}");
            }
        }
        Assert.True(failures.Count == 0, $"{failures.Count} failures, the first:\n{string.Join('\n', failures.Take(3))}");
    }

    private void Survive(byte[] sound, int offset, byte value, DateTimeOffset at)
    {
        foreach (var file in System.IO.Directory.GetFiles(Directory))
            File.Delete(file);
        var damaged = (byte[])sound.Clone();
        damaged[offset] = value;
        File.WriteAllBytes(JournalPath, damaged);
        var journal = new JournalFile(JournalPath);
        var loss = journal.Prepare(at);
        var setup = Setup(loss) with { Journal = journal };
        var supervisor = Watch(Sys.ActorOf(Props.Create(() => new P95Supervisor(setup))));
        supervisor.Tell(Started(at));
        Decided(supervisor, at);
        supervisor.Tell(new P95Controller.Stop("test"));
        ExpectTerminated(supervisor);
        var aside = SqliteFile.FindAside(JournalPath);
        using (var reader = JournalReader.Open(JournalPath))
        {
            var entries = reader.Read().ToList();
            var recorded = entries.Count(entry => entry.Event is GapSeen { Cause: GapCause.JournalLost });
            Assert.Equal(aside.Count, recorded);
            Assert.True(
                entries.Any(entry => entry.Event is SlotDecided slot && slot.At >= at),
                $"nothing was decided; the last events: {string.Join("; ", entries.TakeLast(6).Select(entry => entry.Problem ?? $"{entry.SequenceNr} {entry.Event}"))}");
        }
        journal.Dispose();
        // The next start has nothing to report any more.
        using var next = new JournalFile(JournalPath);
        Assert.Null(next.Prepare(at));
    }

    private void Write(int events, bool snapshot)
    {
        var supervisor = Watch(Start(null));
        supervisor.Tell(Started(Noon));
        for (var i = 0; i < events; i++)
            Decided(supervisor, Noon.AddMinutes(i));
        supervisor.Tell(new P95Controller.Stop("test"));
        ExpectTerminated(supervisor);
        Run(snapshot ? "DELETE FROM snapshot WHERE sequence_number < (SELECT max(sequence_number) FROM snapshot)" : "DELETE FROM snapshot");
    }

    private IActorRef Start(JournalLoss? loss)
    {
        var setup = Setup(loss);
        return Sys.ActorOf(Props.Create(() => new P95Supervisor(setup)));
    }

    // Virtual time passes until a controller has recovered: a failed recovery is retried after a delay.
    private void Decided(IActorRef supervisor, DateTimeOffset at) => Until.True(() =>
    {
        supervisor.Tell(Sample(at));
        while (Status.ReceiveOne(TimeSpan.FromMilliseconds(500)) is { } message)
        {
            if (message is ControllerStatus { Problem: null } status && status.At == at)
                return true;
            if (message is ControllerStatus)
                break;
        }
        Settle(supervisor);
        Time.Advance(TimeSpan.FromSeconds(1));
        return false;
    });
}
