using System.Text;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Safety;
using Xunit;

namespace LoadShaper.Journal.Tests;

public sealed class EventWireTests
{
    public static TheoryData<string> Manifests => [.. EventWire.Manifests.Union(WireEvents.All.Keys)];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void What_was_ever_written_is_read_as_what_it_meant(string manifest)
    {
        var read = EventWire.Read(manifest, Encoding.UTF8.GetBytes(File.ReadAllText(FileOf(manifest))));

        Assert.Equal(WireEvents.All[manifest].GetType(), read.GetType());
        Assert.Equal(EventWire.Write(WireEvents.All[manifest]), EventWire.Write(read));
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Todays_writer_gives_the_text_of_the_file(string manifest)
    {
        // A former version is read only; its event is written under a later manifest.
        if (EventWire.ManifestOf(WireEvents.All[manifest]) == manifest)
            Assert.Equal(File.ReadAllText(FileOf(manifest)).TrimEnd(), Encoding.UTF8.GetString(EventWire.Write(WireEvents.All[manifest])));
        else
            Assert.True(string.CompareOrdinal(manifest, EventWire.ManifestOf(WireEvents.All[manifest])) < 0);
    }

    [Fact]
    public void Every_file_belongs_to_a_manifest() =>
        Assert.Equal(
            EventWire.Manifests.Order(StringComparer.Ordinal),
            Directory.GetFiles(Path.GetDirectoryName(FileOf("x"))!, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));

    [Fact]
    public void What_a_version_to_come_adds_is_passed_over()
    {
        var read = EventWire.Read("daemon-stopped.1", """{"at":"2026-11-21T12:00:00Z","reason":"x","colour":"green"}"""u8);

        Assert.Equal("x", Assert.IsType<DaemonStopped>(read).Reason);
    }

    [Fact]
    public void A_reserve_comes_back_and_earlier_builds_had_none()
    {
        var without = (DayPlanned)EventWire.Read("day-planned.1", Encoding.UTF8.GetBytes(File.ReadAllText(FileOf("day-planned.1"))));
        Assert.Null(without.Input.Blocks!.Reserve);

        var with = without with { Input = without.Input with { Blocks = without.Input.Blocks with { Reserve = 72 } } };
        Assert.Equal(with, EventWire.Read("day-planned.2", EventWire.Write(with)));
    }

    [Fact]
    public void A_snapshot_comes_back()
    {
        var memory = ((StateRecorded)WireEvents.All["state-recorded.1"]).Memory;

        Assert.Equal(memory, SnapshotWire.Read(SnapshotWire.Manifest, SnapshotWire.Write(memory)));
    }

    [Fact]
    public void A_release_of_the_first_version_without_a_loss_was_an_order()
    {
        var lost = File.ReadAllText(FileOf("memory-released.1"));
        var ordered = System.Text.RegularExpressions.Regex.Replace(lost, ""","lost":\{[^}]*\}""", "");
        Assert.NotEqual(lost, ordered);

        var read = Assert.IsType<MemoryReleaseOrdered>(EventWire.Read("memory-released.1", Encoding.UTF8.GetBytes(ordered)));

        var meant = (MemoryReleased)WireEvents.All["memory-released.1"];
        Assert.Equal(new MemoryReleaseOrdered(meant.Input with { Lost = null }, meant.Cause, meant.Amount, meant.Streak, meant.NoGrowthBefore), read);
    }

    [Theory]
    [InlineData(604_800.003)]
    [InlineData(0.0000001)]
    [InlineData(86_399.9999999)]
    public void A_duration_comes_back_to_the_tick(double seconds)
    {
        var length = TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        var verdict = (VerdictChanged)WireEvents.All["verdict-changed.1"];

        var read = EventWire.Read("verdict-changed.1", EventWire.Write(verdict with { Input = verdict.Input with { Watched = length } }));

        Assert.Equal(length, ((VerdictChanged)read).Input.Watched);
    }

    private static string FileOf(string manifest) => Path.Combine(AppContext.BaseDirectory, "Wire", manifest + ".json");

    [Fact]
    public void A_payload_that_lacks_what_the_event_needs_is_unreadable()
    {
        var json = Encoding.UTF8.GetString(EventWire.Write(WireEvents.All["slot-decided.1"]));
        var damaged = Encoding.UTF8.GetBytes(json.Replace("\"input\"", "\"inqut\"", StringComparison.Ordinal));

        Assert.Contains("input", Assert.Throws<EventUnreadableException>(() => EventWire.Read("slot-decided.1", damaged)).Message);
    }
}
