using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;

namespace LoadShaper.Simulation;

/// <summary>The daemon's own controller under virtual time: no actor, no journal, no waiting. Deterministic for its options.</summary>
public sealed class Simulator
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly SimulationOptions _options;
    private readonly VirtualMachine _machine;
    private readonly Noise _noise;
    private readonly ControllerLoop _controller;
    private readonly SimulationReport _report;
    private readonly Action<ControllerSnapshot, ControllerTurn>? _step;
    private readonly Action<ControllerStatus>? _statusTo;

    private ControllerTurn? _turn;

    private Simulator(SimulationOptions options, Action<ControllerSnapshot, ControllerTurn>? step, Action<ControllerStatus>? statusTo)
    {
        var settings = options.Settings;
        _options = options;
        _step = step;
        _statusTo = statusTo;
        _machine = new VirtualMachine(options);
        _noise = new Noise(options.Noise, options.Seed);
        _report = new SimulationReport(settings.Cpu.Rule, options.KeepsMinutes);
        // A sample is a minute here, or what a slot's edge leaves of one.
        _controller = new ControllerLoop(
            settings.Cpu, settings.Gate, settings.Protect, options.Family, settings.Sampling with { ControlPeriod = Minute });
    }

    /// <param name="step">Called for each turn with the controller's state before it; for invariants.</param>
    /// <param name="statusTo">Receives what the controller reports after each turn.</param>
    public static SimulationReport Run(
        SimulationOptions options, Action<ControllerSnapshot, ControllerTurn>? step = null, Action<ControllerStatus>? statusTo = null)
    {
        var simulator = new Simulator(options, step, statusTo);
        simulator.Remember();
        for (var minute = 0; minute < options.Days * 24 * 60; minute++)
            simulator.RunMinute(TimeSpan.FromMinutes(minute));
        return simulator.Finish();
    }

    private void Remember()
    {
        if (_options.History is not { } history)
            return;
        // A day at a time: a year in one list takes 50 MB.
        var day = new List<MinuteMean>(24 * 60);
        for (var elapsed = -history.For; elapsed < TimeSpan.Zero; elapsed += Minute)
        {
            var busy = Math.Clamp(history.Load.OverMinute(elapsed) + _noise.Next(), 0, 100);
            day.Add(new MinuteMean(SimulationOptions.Start + elapsed, Minute, busy, busy, 0));
            _report.Remember(day[^1]);
            if (day.Count < day.Capacity && elapsed + Minute < TimeSpan.Zero)
                continue;
            _controller.Restore(day);
            day.Clear();
        }
    }

    private void RunMinute(TimeSpan elapsed)
    {
        var start = SimulationOptions.Start + elapsed;
        var noise = _noise.Next();
        if (_options.Outages.Any(outage => outage.Contains(elapsed)))
        {
            _turn = null;
            _report.Add(new MinuteRow(start, null, null, "off", StateNow()));
        }
        else if (_options.DaemonDown.Any(down => down.Contains(elapsed)))
        {
            _turn = null;
            var (own, total) = _machine.Run(elapsed, Percent.Zero, noise);
            _report.Add(new MinuteRow(start, own, total, "down", StateNow()));
        }
        else
        {
            _report.Add(Control(elapsed, start, noise));
        }
    }

    private MinuteRow Control(TimeSpan elapsed, DateTimeOffset start, double noise)
    {
        // A daemon that just started has seen a moment only.
        if (_turn is null)
            Turn(_machine.Sample(start, TimeSpan.FromSeconds(1), 0, _machine.Run(elapsed, Percent.Zero, 0).Total, memoryHeld: false));

        var (kind, state) = (KindNow(), StateNow());
        var (own, total) = (0.0, 0.0);
        for (var at = start; at < start + Minute;)
        {
            var plan = _turn!.Plan;
            var end = plan.Until > at && plan.Until < start + Minute ? plan.Until : start + Minute;
            var (ran, whole) = _machine.Run(elapsed, plan.Intensity, noise);
            own += ran * ((end - at) / Minute);
            total += whole * ((end - at) / Minute);
            Turn(_machine.Sample(end, end - at, ran, whole, _turn.Levers.Memory));
            at = end;
        }

        return new MinuteRow(start, own, total, kind, state);
    }

    private void Turn(Sample sample)
    {
        var before = _controller.Memory;
        _turn = _controller.Turn(sample);
        foreach (var happened in _turn.Events)
        {
            _controller.Apply(happened);
            _report.Add(happened);
        }

        _step?.Invoke(before, _turn);
        _statusTo?.Invoke(_controller.StatusAt(sample.At));
    }

    private SimulationReport Finish()
    {
        var end = SimulationOptions.Start.AddDays(_options.Days);
        _report.Verdict = _controller.StatusAt(end).Verdict;
        return _report;
    }

    private string KindNow()
    {
        var cpu = _controller.Memory.Cpu;
        return _options.Settings.Cpu.Strategy == CpuStrategy.Slots ? Name(cpu.Slot!.Kind)
            : cpu.Block is { } block ? block.Whole ? "block" : "part"
            : "idle";
    }

    private string StateNow() => Name(_controller.Memory.Cpu.State);

    private static string Name(Enum value) => value.ToString().ToLowerInvariant();
}
