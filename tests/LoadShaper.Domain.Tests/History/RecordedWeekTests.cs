using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.History;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Tests.Cpu;
using LoadShaper.Domain.Tests.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.History;

public sealed class RecordedWeekTests
{
    private static readonly DateTimeOffset Start = Minutes.Monday;

    private readonly RecordedWeek _week = new();

    [Fact]
    public void Slots_and_gate_become_spans_that_end_at_half_hours()
    {
        Apply(State(0), Slot(10, SlotKind.High), Closed(20), Slot(40, SlotKind.Held, GatePosition.Closed), Opened(50), Slot(50, SlotKind.Baseline));

        Assert.Equal(
            [
                (0, 10, GatePosition.Open, PlanKind.Resting),
                (10, 10, GatePosition.Open, PlanKind.High),
                (20, 10, GatePosition.Closed, PlanKind.High),
                (30, 10, GatePosition.Closed, PlanKind.High),
                (40, 10, GatePosition.Closed, PlanKind.Held),
            ],
            _week.Spans.Select(span => ((int)(span.From - Start).TotalMinutes, (int)span.For.TotalMinutes, span.Gate, span.Plan!.Value)));
    }

    [Fact]
    public void Between_blocks_a_closed_gate_is_what_keeps_the_load_off()
    {
        Apply(State(0), new BlockStarted(Input(5), new Block(Start.AddMinutes(5), Start.AddHours(1), Percent.Of(30), true)), new BlockEnded(Input(10), BlockEnd.Gate), Closed(15), Opened(25));

        Assert.Equal(
            [PlanKind.Resting, PlanKind.Block, PlanKind.Resting, PlanKind.Held],
            _week.Spans.Select(span => span.Plan!.Value));
    }

    [Fact]
    public void A_stop_and_a_gap_belong_to_no_span()
    {
        Apply(
            State(0), new DaemonStopped(Start.AddMinutes(5), "test"),
            new GapSeen(Start.AddMinutes(60), Start.AddMinutes(5), GapCause.Downtime), Slot(70, SlotKind.High),
            new GapSeen(Start.AddMinutes(100), Start.AddMinutes(80), GapCause.Suspend));

        Assert.Equal([(0, 5), (60, 10), (70, 10)], _week.Spans.Select(span => ((int)(span.From - Start).TotalMinutes, (int)span.For.TotalMinutes)));
    }

    [Fact]
    public void A_time_that_only_damage_can_explain_makes_no_spans()
    {
        Apply(State(0), Slot(10, SlotKind.High));
        _week.Apply(new GateOpened(DateTimeOffset.MaxValue, Signals(0)));

        Assert.Single(_week.Spans);
    }

    [Fact]
    public void The_history_takes_what_lies_before_its_own_reports()
    {
        Apply(State(0), Slot(0, SlotKind.High), Closed(10), Slot(20, SlotKind.Held, GatePosition.Closed), Opened(28));
        var history = new WeekHistory(IdleRule.Oracle, TimeSpan.FromSeconds(60));
        history.Add(Reports.At(Start.AddMinutes(20)));
        history.Add(Reports.At(Start.AddMinutes(21), SlotKind.Baseline));
        history.Restore(_week, Start.AddMinutes(29));

        var point = history.PointsAt(Start.AddMinutes(29))[^1];

        // 20 minutes of the record, and one that was reported.
        Assert.Equal(20 / 21.0, point.Plans![PlanKind.High], 6);
        Assert.Equal(1 / 21.0, point.Plans[PlanKind.Baseline], 6);
        Assert.Equal(10 / 21.0, point.Gate!.Closed, 6);
    }

    [Fact]
    public void A_verdict_lasts_until_it_changes_and_a_recorded_state_repeats_it()
    {
        Apply(
            State(0, VerdictKind.Safe),
            new VerdictChanged(new VerdictInput(Start.AddMinutes(40), 10, 10, null, null, null, TimeSpan.FromDays(9), TimeSpan.Zero, 9), VerdictKind.Safe, new Verdict(VerdictKind.AtRisk, null, -10, 10, 10, null, null, TimeSpan.Zero, 9, null)),
            Slot(60, SlotKind.High));
        var history = new WeekHistory(IdleRule.Oracle, TimeSpan.FromSeconds(5));
        history.Restore(_week, Start.AddMinutes(60));

        Assert.Equal([VerdictKind.Safe, VerdictKind.AtRisk], history.PointsAt(Start.AddMinutes(59)).TakeLast(2).Select(point => point.Verdict!.Value));
    }

    private void Apply(params IEvent[] events)
    {
        foreach (var happened in events)
            _week.Apply(happened);
    }

    private static StateRecorded State(int minute, VerdictKind? verdict = null) =>
        new(Start.AddMinutes(minute), ControllerSnapshot.Empty with { Verdict = verdict });

    private static SlotDecided Slot(int minute, SlotKind kind, GatePosition gate = GatePosition.Open) =>
        new(Input(minute) with { Gate = gate }, Domain.Units.Slot.At(Start.AddMinutes(minute), TimeSpan.FromMinutes(1)), kind, Percent.Of(25), null);

    private static GateClosed Closed(int minute) => new(Start.AddMinutes(minute), GatePosition.Closed, GateCauses.ForeignCpu, Signals(minute));

    private static GateOpened Opened(int minute) => new(Start.AddMinutes(minute), Signals(minute));

    private static GateInput Signals(int minute) => new(Start.AddMinutes(minute), Percent.Of(50), null, null, null, null, null);

    private static P95Input Input(int minute) => Inputs.Slots with { At = Start.AddMinutes(minute) };
}
