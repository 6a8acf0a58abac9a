using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Proc;
using LoadShaper.Domain.Tests.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Safety;

/// <summary>A signal that alone holds the gate closed for an hour while the others contradict it is reported; the gate stays closed.</summary>
public class SignalWatchTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly GateSettings Settings = new();
    private static readonly GateInput Quiet = new(
        Noon, Percent.Of(3), RunDelay: null, Percent.Zero, ForeignLoadPerCore: 0.1, Percent.Of(40), NetworkUse: null);

    private GateState _gate = GateState.Start;
    private SignalWatch _watch = SignalWatch.Start;
    private DateTimeOffset _now = Noon;

    private GatePosition Run(TimeSpan length, Func<GateInput> input)
    {
        var position = _gate.Position;
        for (var end = _now + length; _now < end;)
        {
            _now += Period;
            var now = input() with { At = _now };
            var decision = GatePolicy.Decide(Settings, _gate, now);
            _gate = decision.Event is { } happened ? _gate.Apply(happened) : _gate;
            _watch = _watch.Apply(Settings, decision, now, Period);
            position = decision.Position;
        }

        return position;
    }

    public static TheoryData<GateInput, GateCauses> Contradicted => new()
    {
        { Quiet with { MemoryPressure = Percent.Of(99) }, GateCauses.MemoryPressure },
        { Quiet with { MemoryPressure = Percent.Of(12), ForeignCpu = Percent.Of(60) }, GateCauses.MemoryPressure },
        { Quiet with { MemoryUse = Percent.Of(93) }, GateCauses.MemoryUse },
        { Quiet with { ForeignCpu = Percent.Of(100) }, GateCauses.ForeignCpu },
        { Quiet with { NetworkUse = Percent.Of(100) }, GateCauses.NetworkUse },
    };

    [Theory]
    [MemberData(nameof(Contradicted))]
    public void After_an_hour_it_is_reported_with_its_cause_and_the_gate_stays_closed(GateInput input, GateCauses cause)
    {
        Run(TimeSpan.FromMinutes(59), () => input);
        Assert.Null(_watch.Stuck);

        Assert.Equal(GatePosition.Closed, Run(TimeSpan.FromMinutes(1), () => input));
        Assert.Equal(cause, _watch.Stuck!.Cause);
        Assert.Contains("no load runs", _watch.Stuck.Describe(), StringComparison.Ordinal);
        Assert.Contains("1.0 h", _watch.Stuck.Describe(), StringComparison.Ordinal);
    }

    public static TheoryData<GateInput> Justified =>
    [
        Quiet with { MemoryPressure = Percent.Of(40), MemoryUse = Percent.Of(85) },
        Quiet with { MemoryPressure = Percent.Of(40), MemoryUse = Percent.Of(95) },
        Quiet with { MemoryUse = Percent.Of(95), MemoryPressure = null },
        Quiet with { ForeignCpu = Percent.Of(100), ForeignLoadPerCore = 1.2 },
        Quiet with { ForeignCpu = Percent.Of(100), ForeignLoadPerCore = 0.5 },
        Quiet with { NetworkUse = Percent.Of(90), ForeignCpu = Percent.Of(30) },
        Quiet with { ForeignCpu = null },
        Quiet with { ForeignLoadPerCore = 0.9, ForeignCpu = Percent.Of(50) },
    ];

    [Theory]
    [MemberData(nameof(Justified))]
    public void Signals_that_agree_are_no_fault(GateInput input)
    {
        Assert.Equal(GatePosition.Closed, Run(TimeSpan.FromHours(5), () => input));
        Assert.Null(_watch.Stuck);
    }

    [Fact]
    public void A_moment_that_agrees_does_not_begin_the_hour_again_and_five_minutes_do()
    {
        var stuck = Quiet with { MemoryPressure = Percent.Of(99) };
        Run(TimeSpan.FromMinutes(40), () => stuck);
        Run(TimeSpan.FromMinutes(4), () => stuck with { MemoryUse = Percent.Of(70) });
        Run(TimeSpan.FromMinutes(21), () => stuck);
        Assert.NotNull(_watch.Stuck);

        Run(TimeSpan.FromMinutes(5), () => Quiet);
        Assert.Null(_watch.Stuck);
    }

    [Fact]
    public void A_signal_that_flaps_and_never_lets_load_run_is_found_too()
    {
        Run(TimeSpan.FromHours(3), () => Quiet with { MemoryPressure = Percent.Of(_gate.Position == GatePosition.Open ? 99 : 0) });

        Assert.Equal(GateCauses.MemoryPressure, _watch.Stuck?.Cause);
    }

    [Fact]
    public void The_machine_of_the_field_case_is_reported_by_the_controller_and_no_load_runs()
    {
        var pressure = ProcPressure.Parse(FieldCases.Read("psi-stuck", "proc/pressure/memory"));
        var memory = ProcMeminfo.Parse(FieldCases.Read("psi-stuck", "proc/meminfo"));
        var loop = new ControllerLoop(new CpuSettings(), Settings, ProtectWith.Cpu, ShapeFamily.E2, new SamplingSettings());
        for (var at = Noon + Period; at <= Noon.AddMinutes(61); at += Period)
        {
            var turn = loop.Turn(new Sample(
                at, Period, 2, new CpuReading(Percent.Of(3), Percent.Of(3), Percent.Zero, Percent.Zero, Percent.Zero), memory, null,
                new LoadReading(0.1, 0.1, 0.1, 0.1), new PressureReading(null, pressure, null)));
            foreach (var happened in turn.Events)
                loop.Apply(happened);
            Assert.Equal((GatePosition.Closed, 0), (turn.Gate.Position, turn.Gate.Scale));
        }

        var status = loop.StatusAt(Noon.AddMinutes(61));
        Assert.Equal((GateCauses.MemoryPressure, VerdictOutlook.Falling), (status.Stuck!.Cause, status.Outlook));
    }
}
