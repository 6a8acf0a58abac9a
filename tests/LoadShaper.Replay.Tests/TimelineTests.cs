using System.Runtime.CompilerServices;
using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Network.Peers;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Replay.Tests;

public sealed class TimelineTests(Month month) : IClassFixture<Month>
{
    [Fact]
    public void A_month_with_an_outage_a_clock_jump_and_a_full_disk_reads_like_a_story() =>
        Golden.Equal("month.txt", Timeline(TimeRange.All, TimeSpan.FromDays(1)));

    [Fact]
    public void A_part_of_it_begins_with_what_was_known_before()
    {
        var text = Timeline(new TimeRange(Story.Start.AddDays(8.5), Story.Start.AddDays(9)), TimeSpan.FromHours(1));

        Assert.StartsWith("2026-01-13 12:00:00  maintaining, 1 h: 60 slots", text, StringComparison.Ordinal);
        Assert.Contains("2026-01-13 14:01:00  gate closed for 2 h: foreign CPU 92 %", text, StringComparison.Ordinal);
        Assert.DoesNotContain("2026-01-14", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("15:00", "16:30", "2026-01-13 15:00:00  gate closed for 1 h 1 min (since 2026-01-13 14:01:00): foreign CPU 92 %")]
    [InlineData("15:59", "16:30", "2026-01-13 15:59:00  gate closed for 2 min (since 2026-01-13 14:01:00): foreign CPU 92 %")]
    [InlineData("15:00", "15:02", "2026-01-13 15:00:00  gate closed (still closed) (since 2026-01-13 14:01:00): foreign CPU 92 %")]
    public void A_closure_longer_than_the_part_is_clipped_to_it(string from, string to, string expected)
    {
        var day = Story.Start.AddDays(8);

        var text = Timeline(new TimeRange(day + TimeSpan.Parse(from), day + TimeSpan.Parse(to)), TimeSpan.FromHours(1));

        Assert.StartsWith(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_and_a_block_longer_than_the_part_are_clipped_to_it()
    {
        Assert.StartsWith(
            "2026-01-18 16:00:00  gap of 36 min (since 2026-01-17 09:36:00): the daemon did not run, and no stop is recorded",
            Timeline(new TimeRange(Story.Start.AddDays(13).AddHours(16), Story.Start.AddDays(13).AddHours(17)), TimeSpan.FromHours(1)), StringComparison.Ordinal);
        Assert.Equal(
            "2026-01-30 21:10:00  the day's last part at 22 %, 6 min (since 2026-01-30 21:00:00): done\n",
            Timeline(new TimeRange(Story.Start.AddDays(25).AddMinutes((21 * 60) + 10), Story.Start.AddDays(25).AddHours(22)), TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_kill_is_distinguished_from_a_stop()
    {
        Assert.Contains("gap of 1 d 7 h: the daemon did not run, and no stop is recorded (killed, or a power cut)", Timeline(TimeRange.All, TimeSpan.FromDays(1)), StringComparison.Ordinal);

        // The stop itself lies before the part.
        var text = Timeline(new TimeRange(Story.Start.AddDays(24).AddMinutes(85), null), TimeSpan.FromDays(1));

        Assert.StartsWith("2026-01-29 01:25:00  gap of 1 min (since 2026-01-29 01:24:00): the daemon did not run\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_that_a_stop_interrupted_is_reported_in_its_two_parts()
    {
        var eight = Story.Start.AddHours(8);
        var block = new Block(eight, eight.AddHours(1), Percent.Of(22), Whole: true);
        IEvent[] events =
        [
            new BlockStarted(InputAt(eight), block),
            new DaemonStopped(eight.AddMinutes(20), "stop was asked for"),
            new GapSeen(eight.AddMinutes(30), eight.AddMinutes(20), GapCause.Downtime),
            new DaemonStarted(eight.AddMinutes(30), "1.0.0", "Akka.NET 1.5.70", 2, new Dictionary<string, string>()),
            new BlockEnded(InputAt(eight.AddHours(1)), BlockEnd.Done),
        ];

        Assert.Equal(
            """
            2026-01-05 08:00:00  block at 22 %, 20 min: the daemon stopped
            2026-01-05 08:20:00  daemon stopped: stop was asked for
            2026-01-05 08:20:00  gap of 10 min: the daemon did not run
            2026-01-05 08:30:00  daemon started: 1.0.0 on Akka.NET 1.5.70, 2 CPUs, rule of E2; all settings at their defaults
            2026-01-05 08:30:00  block at 22 %, 30 min: done

            """, Text(events, TimeRange.All));
    }

    [Fact]
    public void A_block_that_never_went_on_after_a_kill_is_reported_once()
    {
        var eight = Story.Start.AddHours(8);
        IEvent[] events =
        [
            new BlockStarted(InputAt(eight), new Block(eight, eight.AddHours(1), Percent.Of(22), Whole: true)),
            new GapSeen(eight.AddHours(3), eight.AddMinutes(20), GapCause.Downtime),
            new DaemonStarted(eight.AddHours(3), "1.0.0", "Akka.NET 1.5.70", 2, new Dictionary<string, string>()),
            new BlockEnded(InputAt(eight.AddHours(3)), BlockEnd.Missed),
        ];

        Assert.Equal(
            """
            2026-01-05 08:00:00  block at 22 %, 20 min: the daemon ended
            2026-01-05 08:20:00  gap of 2 h 40 min: the daemon did not run, and no stop is recorded (killed, or a power cut)
            2026-01-05 11:00:00  daemon started: 1.0.0 on Akka.NET 1.5.70, 2 CPUs, rule of E2; all settings at their defaults

            """, Text(events, TimeRange.All));
    }

    [Fact]
    public void A_gate_that_closes_while_the_load_average_holds_it_is_reported_as_closed()
    {
        IEvent[] events =
        [
            new GateClosed(Story.Start, GatePosition.HeldByLoadAverage, GateCauses.LoadAverage, Signals),
            new GateClosed(Story.Start.AddMinutes(10), GatePosition.Closed, GateCauses.LoadAverage | GateCauses.ForeignCpu, Signals),
            new GateOpened(Story.Start.AddMinutes(30), Signals),
        ];

        Assert.Equal("2026-01-05 00:00:00  gate held by the load average for 30 min: load average 0.70 per core; later closed: foreign CPU\n", Text(events, TimeRange.All));
    }

    [Fact]
    public void What_a_wrong_clock_put_outside_the_part_is_known_when_the_clock_leads_back_into_it()
    {
        IEvent[] events =
        [
            new GateClosed(Story.Start, GatePosition.Closed, GateCauses.ForeignCpu, Signals),
            new GateOpened(Story.Start.AddYears(1), Signals),
            new GapSeen(Story.Start.AddHours(1), Story.Start.AddYears(1), GapCause.ClockBackward),
            new DaemonStopped(Story.Start.AddHours(2), "stop was asked for"),
        ];

        Assert.Equal(
            """
            2026-01-05 00:00:00  gate closed (still closed): foreign CPU 30 %
            2026-01-05 01:00:00  the clock stepped back 364 d 23 h
            2026-01-05 02:00:00  daemon stopped: stop was asked for

            """, Text(events, new TimeRange(Story.Start, Story.Start.AddDays(1))));
    }

    [Fact]
    public void After_retention_the_story_begins_with_what_was_recorded_last()
    {
        var memory = ControllerSnapshot.Empty with
        {
            Cpu = P95State.Start with { State = ControllerState.Reducing },
            Gate = new GateState(GatePosition.Closed, GateCauses.ForeignCpu, Story.Start.AddHours(-1)),
            Started = new DaemonStarted(Story.Start.AddDays(-9), "1.0.0", "Akka.NET 1.5.70", 2, new Dictionary<string, string> { ["CPU_P95_SETPOINT"] = "24" }),
        };
        IEvent[] events =
        [
            new StateRecorded(Story.Start, memory),
            new SlotDecided(InputAt(Story.Start), Slot.At(Story.Start, TimeSpan.FromMinutes(1)), SlotKind.Held, Percent.Zero, null),
            new GateOpened(Story.Start.AddHours(1), Signals),
            new DaemonStarted(Story.Start.AddHours(2), "1.0.0", "Akka.NET 1.5.70", 2, new Dictionary<string, string>()),
        ];

        Assert.Equal(
            """
            2026-01-04 23:00:00  gate closed for 2 h: foreign CPU
            2026-01-05 00:00:00  reducing, 1 min: 1 slot, all held; foreign 2.0 %; pessimistic P95 25.00 %
            2026-01-05 02:00:00  daemon started: 1.0.0 on Akka.NET 1.5.70, 2 CPUs, rule of E2; CPU_P95_SETPOINT=25 (was 24)

            """, Text(events, TimeRange.All));
    }

    [Theory]
    [InlineData(0, 2, 7)]
    [InlineData(0, 10, 12)]
    [InlineData(3, 1, 7)]
    [InlineData(59, 4, 8)]
    public void Lines_of_traffic_are_in_the_order_of_their_times(int closedAtMinute, int closedMinutes, int linesOfTraffic)
    {
        var events = new List<IEvent>();
        for (var minute = 0; minute < 180; minute++)
        {
            var at = Story.Start.AddMinutes(minute);
            events.Add(Reserved(at.AddMilliseconds(-1)));
            events.Add(new SlotDecided(InputAt(at), Slot.At(at, TimeSpan.FromMinutes(1)), SlotKind.Baseline, Percent.Zero, null));
            events.Add(Reserved(at.AddSeconds(10)));
            if (minute % 60 == closedAtMinute)
                events.Add(new GateClosed(at.AddSeconds(20), GatePosition.Closed, GateCauses.ForeignCpu, Signals));
            if (minute == closedAtMinute + 1)
                events.Add(new PeerChanged(at.AddSeconds(25), "b", "10.0.0.2:15201", PeerPhase.Up, PeerPhase.Down, PeerTrouble.NoAnswer, 0, 0));
            if (minute == 100)
                events.Add(new BudgetLevelChanged(at.AddSeconds(25), BudgetLevel.Within, BudgetLevel.Warning, ByteSize.FromMiB(8), ByteSize.FromMiB(10)));
            if (minute % 60 == (closedAtMinute + closedMinutes) % 60 && minute > closedAtMinute)
                events.Add(new GateOpened(at.AddSeconds(30), Signals));
        }

        var timeline = new EventTimeline(TimeSpan.FromHours(1));
        var lines = events.SelectMany(timeline.Add).ToList();
        lines.AddRange(timeline.Finish());

        Assert.Equal(lines.OrderBy(line => line.At), lines);
        // One for each hour, and one for each event that they come before.
        Assert.Equal(linesOfTraffic, lines.Count(line => line.Text == EventLine.Of(events[0])));

        static TrafficReserved Reserved(DateTimeOffset at) => new(new LedgerInput(at, default, default), new DateOnly(2026, 1, 1), default, default);
    }

    private static GateInput Signals => new(Story.Start, Percent.Of(30), null, null, 0.7, null, null);

    private static P95Input InputAt(DateTimeOffset at) => new(at, GatePosition.Open, 25, 25, 25, 0, 0, 2, 22, 0.1, 0.5, 0);

    private static string Text(IEnumerable<IEvent> events, TimeRange range)
    {
        using var text = new StringWriter();
        TimelineText.Write(text, events, range, TimeSpan.FromDays(1));
        return text.ToString();
    }

    private string Timeline(TimeRange range, TimeSpan every)
    {
        using var text = new StringWriter();
        using var recording = month.File.Open();
        TimelineText.Write(text, recording.Events(), range, every);
        return text.ToString();
    }
}

/// <summary>Texts under review. LOADSHAPER_WRITE_GOLDEN=1 writes them again; then review the diff.</summary>
internal static class Golden
{
    public static void Equal(string name, string text, [CallerFilePath] string caller = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(caller)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("LOADSHAPER_WRITE_GOLDEN") == "1")
            File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path), text);
    }
}
