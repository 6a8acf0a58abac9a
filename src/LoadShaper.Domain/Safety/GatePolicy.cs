using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Safety;

/// <summary>
/// When other work needs the machine. Closes on the first sample that shows it; opens when every signal that closed it is
/// back under its lower limit, after repeated closings not before <see cref="GateHold.Until"/>. Works at any distance
/// between samples.
/// </summary>
public static class GatePolicy
{
    /// <summary>
    /// Our threads waited for nearly all of the time they wanted to run. Ranked below everything they wait whenever real
    /// work uses their core, and for as long as it does: with work that comes in stretches of tens of milliseconds and
    /// uses a third of a core they wait for a third to a half, and no other task waits for them.
    /// </summary>
    public static readonly Limit RunDelay = new(Close: 90, Resume: 60);

    /// <summary>While the load average alone asks for rest, run-queue delay is under this.</summary>
    public const double LittleRunDelay = 25;

    /// <summary>PSI "some avg10" of memory. Any reclaim shows up to a few percent; a machine that thrashes shows tens.</summary>
    public static readonly Limit MemoryPressure = new(Close: 10, Resume: 5);

    /// <summary>While the load average alone asks for rest, foreign CPU is under this.</summary>
    public static readonly Percent LittleForeignCpu = Percent.Of(20);

    /// <summary>Threads that rest cannot be kept waiting, so a gate closed by run-queue delay opens again after this.</summary>
    public static readonly TimeSpan RunDelayProbe = TimeSpan.FromSeconds(7.5);

    /// <summary>A signal closes the gate at <paramref name="Close"/> and lets it open again under <paramref name="Resume"/>.</summary>
    public readonly record struct Limit(double Close, double Resume);

    /// <param name="law">A replay decides by the law of the record.</param>
    public static GateDecision Decide(GateSettings settings, GateState state, GateInput input, GateLaw law = GateLaw.Damped)
    {
        var causes = Causes(settings, state, input);
        var position = Position(causes, input);
        var held = law == GateLaw.Damped && position < state.Position && state.Hold?.Holds(input.At) == true;
        if (held)
            position = state.Position;
        var scale = position switch
        {
            GatePosition.Closed => 0,
            _ => Scale(settings, input),
        };
        return new GateDecision(
            position, scale, held ? causes | GateCauses.Repeated : causes,
            law == GateLaw.Damped ? Damped(state, input, position, causes) : Undamped(state, input, position, causes));
    }

    // Causes that go change nothing until the gate eases: what is in the state is only compared with a lower limit.
    private static GateEvent? Damped(GateState state, GateInput input, GatePosition position, GateCauses causes)
    {
        if (position == state.Position && (causes & ~state.Causes) == GateCauses.None)
            return null;
        var hold = position > state.Position ? GateHold.Next(state.Hold, input.At) : state.Hold ?? GateHold.Next(null, input.At);
        return position == GatePosition.Open
            ? new GateOpened(input.At, input, hold)
            : new GateClosed(input.At, position, causes, input, hold);
    }

    private static GateEvent? Undamped(GateState state, GateInput input, GatePosition position, GateCauses causes) =>
        position == state.Position && causes == state.Causes ? null
        : position == GatePosition.Open ? new GateOpened(input.At, input)
        : new GateClosed(input.At, position, causes, input);

    private static GatePosition Position(GateCauses causes, GateInput input) => causes switch
    {
        GateCauses.None => GatePosition.Open,
        GateCauses.LoadAverage when
            input.ForeignCpu < LittleForeignCpu
            && !(input.RunDelay?.Value >= LittleRunDelay)
            && !(input.MemoryPressure?.Value >= MemoryPressure.Resume) => GatePosition.HeldByLoadAverage,
        _ => GatePosition.Closed,
    };

    private static GateCauses Causes(GateSettings settings, GateState state, GateInput input)
    {
        var causes = GateCauses.None;

        void Check(GateCauses cause, double? value, Limit limit)
        {
            if (value >= (state.Causes.HasFlag(cause) ? limit.Resume : limit.Close))
                causes |= cause;
        }

        Check(GateCauses.RunDelay, input.RunDelay?.Value ?? RememberedRunDelay(state, input), RunDelay);
        Check(GateCauses.ForeignCpu, input.ForeignCpu?.Value, Under(settings.CpuStop, settings));
        Check(GateCauses.MemoryPressure, input.MemoryPressure?.Value, MemoryPressure);
        Check(GateCauses.MemoryUse, input.MemoryUse?.Value, Under(settings.MemoryStop, settings));
        Check(GateCauses.NetworkUse, input.NetworkUse?.Value, Under(settings.NetworkStop, settings));
        if (settings.LoadCheck)
            Check(GateCauses.LoadAverage, input.ForeignLoadPerCore, new Limit(settings.LoadThreshold, settings.LoadResume));

        // Pressure, run-queue delay and the network are not offered everywhere; without them the others suffice.
        if (input.ForeignCpu is null || input.MemoryUse is null || (settings.LoadCheck && input.ForeignLoadPerCore is null))
            causes |= GateCauses.MissingReading;
        return causes;
    }

    private static double? RememberedRunDelay(GateState state, GateInput input) =>
        state.Causes.HasFlag(GateCauses.RunDelay) && (input.At - state.Since)?.Duration() < RunDelayProbe ? RunDelay.Close : null;

    private static Limit Under(Percent stop, GateSettings settings) =>
        new(stop.Value, Math.Max(0, stop.Value - settings.HysteresisPoints));

    // Only what grades contention scales. Occupied memory and traffic do not fight over a CPU, and a held gate already
    // burns only what the idle rule needs: scaled by the load average it would go to nothing just below the threshold
    // and jump back up above it.
    private static double Scale(GateSettings settings, GateInput input) =>
        Math.Min(
            Room(input.RunDelay?.Value, RunDelay),
            Math.Min(
                Room(input.ForeignCpu?.Value, Under(settings.CpuStop, settings)),
                Room(input.MemoryPressure?.Value, MemoryPressure)));

    private static double Room(double? value, Limit limit) => value is { } v && limit.Close > limit.Resume
        ? Math.Clamp((limit.Close - v) / (limit.Close - limit.Resume), 0, 1)
        : 1;
}
