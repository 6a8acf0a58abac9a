using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Control;

/// <summary>What a sample leads to: events to be remembered, in their order, and what to do.</summary>
/// <param name="HistoryWanted">The clock was set: the readings restart from the stored minutes, which the caller supplies next.</param>
public sealed record ControllerTurn(
    IReadOnlyList<IEvent> Events, CpuPlan Plan, GateDecision Gate, Levers Levers, FallbackInput Fallback, bool HistoryWanted = false)
{
    /// <summary>Whether acting on it can only lower the load that <paramref name="before"/> allows.</summary>
    public bool IsLessThan(ControllerTurn? before) =>
        Gate.Position == GatePosition.Closed || Plan.Intensity.Value == 0
        || (before is not null && Gate.Position >= before.Gate.Position && Gate.Scale <= before.Gate.Scale
            && Plan.Intensity <= before.Plan.Intensity && Plan.Until <= before.Plan.Until);
}

/// <summary>
/// The controller's work without its journal and its actor: observes samples, decides from what it remembers. What it
/// remembers changes by <see cref="Apply"/> alone, so that nothing is relied on before it was recorded.
/// </summary>
public sealed class ControllerLoop(
    CpuSettings settings, GateSettings gateSettings, ProtectWith protect, ShapeFamily family, SamplingSettings sampling)
{
    private CpuObserver _observer = new(settings, family);
    private WindowMean _memory = new(settings.Rule.Window), _network = new(settings.Rule.Window);
    private CpuPlan? _plan;
    private GateDecision? _gate;
    private int _folded;
    private SignalWatch _signals = SignalWatch.Start;
    private Sample? _before;
    private Averages _averages = new();
    private Verdict? _verdict;
    private OracleView? _oracle;
    private Levers _levers = new(Cpu: true, Memory: false);
    private DateOnly? _recordedOn;
    private DateTimeOffset _newest = DateTimeOffset.MinValue;

    public ControllerSnapshot Memory { get; private set; } = ControllerSnapshot.Empty;

    /// <summary>The time of the last sample; null before the first.</summary>
    public DateTimeOffset? SampledAt => _before?.At;

    public void Restore(ControllerSnapshot memory) => Memory = memory;

    /// <summary>Takes the stored minutes, oldest first.</summary>
    public void Restore(IReadOnlyList<MinuteMean> minutes)
    {
        _observer.Restore(minutes);
        foreach (var minute in minutes)
            Average(minute);
    }

    /// <summary>
    /// Replaces the readings by the stored minutes after minutes that were not seen were filled in. Without
    /// any it keeps what it has.
    /// </summary>
    /// <param name="stored">Stored minutes, oldest first.</param>
    /// <param name="before">Only minutes that ended by then are taken: the store has a part of the minute in progress.</param>
    public void Reload(IReadOnlyList<MinuteMean> stored, DateTimeOffset before)
    {
        var first = before.ToUnixTimeSeconds() / 60;
        var minutes = stored.Where(minute => minute.Index < first).ToList();
        if (minutes.Count == 0)
            return;
        // Completed between the request and its answer.
        if (_observer.Last is { } last && last.Index >= first)
            minutes.Add(last);
        _observer.Reload(minutes);
        _memory = new WindowMean(settings.Rule.Window);
        _network = new WindowMean(settings.Rule.Window);
        foreach (var minute in minutes)
            Average(minute);
        _verdict = null;
    }

    /// <summary>Takes Oracle's readings: they are compared, and change no load.</summary>
    public void See(OracleView oracle) => _oracle = oracle;

    public void Apply(IEvent happened) => Memory = Memory.Apply(happened);

    /// <param name="heldAtLeast">Nothing opens the gate further than this.</param>
    public ControllerTurn Turn(Sample sample, GatePosition heldAtLeast = GatePosition.Open)
    {
        var events = new List<IEvent>();
        if (GapPolicy.Decide(_before, sample, sampling.ControlPeriod) is { } gap)
            events.Add(gap);
        _before = sample;
        _averages = _averages.Apply(sample, MemoryOf(sample), sampling.AverageWindow);
        var another = IsClockAnother(sample.At);
        if (!GapPolicy.IsClockSet(sample.At))
            return Rest(sample, events);
        if (another)
        {
            Forget();
            return Rest(sample, events) with { HistoryWanted = true };
        }

        // First of all, so that it says what the events before it led to and nothing else.
        var day = DateOnly.FromDateTime(sample.At.UtcDateTime);
        if (day != _recordedOn)
            events.Insert(0, new StateRecorded(sample.At, Memory));
        _recordedOn = day;

        var signals = GateInput.From(sample);
        _gate = Gate(signals);
        _signals = _signals.Apply(gateSettings, _gate, signals, sample.Period);
        if (_gate.Event is { } moved)
            events.Add(moved);

        var minutes = _observer.Observe(sample, _plan);
        foreach (var minute in minutes)
            Average(minute);
        if (_verdict is null || minutes.Count > 0)
            Judge(sample.At, events);
        if (_oracle is not null && OraclePolicy.Decide(Memory.OracleDiffers, OraclePolicy.InputOf(sample.At, _verdict!, _oracle)) is { } compared)
            events.Add(compared);

        _levers = LeverPolicy.Decide(
            settings.Rule, protect, family,
            cpuHolds: _observer.Readings.Pessimistic.Lowest >= settings.Rule.Threshold,
            memory: MemoryOf(sample));
        var decision = P95Policy.Decide(
            settings, Memory.Cpu, _observer.InputAt(sample.At, Stricter(_gate.Position, heldAtLeast), _levers.Cpu ? null : IdleMetric.Memory));
        events.AddRange(decision.Events);
        return new ControllerTurn(events, _plan = decision.Plan, _gate, _levers, Fallback(sample));
    }

    public ControllerStatus StatusAt(DateTimeOffset at, string? problem = null) => new(
        at, settings.Strategy, Memory.Cpu.State, Memory.Cpu.Slot?.Kind, Memory.Cpu.Exceedance, _plan ?? CpuPlan.Idle(at), _gate,
        _observer.Readings.Busy, _observer.Readings.WithoutSteal, _observer.Readings.Pessimistic, _observer.Readings.SeenMinutes,
        _verdict, _levers, Memory.Cpu.Day, Memory.Cpu.Block, problem, Stuck: Stuck,
        ReserveHours: _observer.Readings.ReserveHours);

    // A VM that memory or the network protects does not need the load.
    private StuckSignal? Stuck => _verdict?.SavedBy is IdleMetric.Memory or IdleMetric.Network ? null : _signals.Stuck;

    private GateDecision Gate(GateInput input)
    {
        var decision = GatePolicy.Decide(gateSettings, Memory.Gate, input with { Folded = _folded > 0 ? _folded : null });
        _folded = decision.Event is not null ? 0 : decision.Causes != _gate?.Causes ? _folded + 1 : _folded;
        return decision;
    }

    // Without a clock there are no slots, and so no load.
    private ControllerTurn Rest(Sample sample, List<IEvent> events)
    {
        _plan = CpuPlan.Idle(sample.At);
        _gate = GatePolicy.Decide(gateSettings, Memory.Gate, GateInput.From(sample)) with { Position = GatePosition.Closed, Scale = 0 };
        return new ControllerTurn(events, _plan, _gate, _levers, Fallback(sample));
    }

    // The clock was set for the first time, or back by more than what was seen until then can be held on to.
    private bool IsClockAnother(DateTimeOffset at)
    {
        var another = _newest != DateTimeOffset.MinValue && (!GapPolicy.IsClockSet(_newest) || GapPolicy.IsOfAnotherClock(_newest, at));
        _newest = another || at > _newest ? at : _newest;
        return another;
    }

    private void Forget()
    {
        _observer = new CpuObserver(settings, family);
        _memory = new WindowMean(settings.Rule.Window);
        _network = new WindowMean(settings.Rule.Window);
        _verdict = null;
    }

    private FallbackInput Fallback(Sample sample) => new(
        sample.At, family,
        _verdict?.Cpu is { } cpu ? Percent.Clamp(cpu) : null,
        MemoryOf(sample) is { } memory ? Percent.Clamp(memory) : null,
        _averages.Network is { } network ? Percent.Clamp(network) : null,
        sample.Network, _gate!.Position);

    private static double? MemoryOf(Sample sample) =>
        sample.Memory is { } memory ? MemoryUse.Of(memory).LowestShare.Value : null;

    private static GatePosition Stricter(GatePosition a, GatePosition b) => a > b ? a : b;

    private void Judge(DateTimeOffset at, List<IEvent> events)
    {
        var input = _observer.VerdictInputAt(at, _memory.Value, _network.Value);
        _verdict = VerdictPolicy.Decide(settings.Rule, family, input);
        if (_verdict.Kind != Memory.Verdict)
            events.Add(new VerdictChanged(input, Memory.Verdict, _verdict));
    }

    private void Average(MinuteMean minute)
    {
        _memory.Add(minute.Index, minute.Memory);
        _network.Add(minute.Index, minute.Network);
    }
}
