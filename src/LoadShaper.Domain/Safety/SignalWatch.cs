namespace LoadShaper.Domain.Safety;

/// <summary>
/// Finds a signal that alone has kept the gate closed for an hour while the other signals contradict it. The gate stays
/// closed, which is less load; but the VM is then not protected, so it has to be reported.
/// </summary>
/// <param name="Cause">The signal that is watched.</param>
/// <param name="Contradicted">For how long it was contradicted, interruptions left out.</param>
/// <param name="Interrupted">For how long now it was not.</param>
/// <param name="Input">The last readings that contradicted it.</param>
public sealed record SignalWatch(GateCauses Cause, TimeSpan Contradicted, TimeSpan Interrupted, GateInput? Input)
{
    public static readonly SignalWatch Start = new(GateCauses.None, TimeSpan.Zero, TimeSpan.Zero, null);

    /// <summary>Contradicted for this long, a signal is reported.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>Interrupted for this long, it is no longer the same closing.</summary>
    public static readonly TimeSpan Interruption = TimeSpan.FromMinutes(5);

    /// <summary>Above this, memory use does not contradict memory pressure: most of the memory has to be available.</summary>
    private const double MostMemory = 50;

    /// <summary>Null while nothing is to be reported.</summary>
    public StuckSignal? Stuck => Contradicted >= Patience && Input is { } input ? new StuckSignal(Cause, Contradicted, input) : null;

    /// <param name="period">How long the decision held, by the monotonic clock.</param>
    public SignalWatch Apply(GateSettings settings, GateDecision gate, GateInput input, TimeSpan period)
    {
        var cause = gate.Position == GatePosition.Closed ? gate.Causes & ~GateCauses.Repeated : GateCauses.None;
        // A gate that is only held after repeated closings is closed by what closed it before.
        if (gate.Position == GatePosition.Closed && cause == GateCauses.None)
            return this with { Contradicted = Contradicted > TimeSpan.Zero ? Contradicted + period : TimeSpan.Zero };
        if (IsContradicted(settings, cause, input))
            return cause == Cause
                ? new SignalWatch(cause, Contradicted + period, TimeSpan.Zero, input)
                : new SignalWatch(cause, period, TimeSpan.Zero, input);
        return Interrupted + period >= Interruption ? Start : this with { Interrupted = Interrupted + period };
    }

    private static bool IsContradicted(GateSettings settings, GateCauses cause, GateInput input)
    {
        var noPressure = !(input.MemoryPressure?.Value >= GatePolicy.MemoryPressure.Resume);
        var littleCpu = input.ForeignCpu < GatePolicy.LittleForeignCpu;
        var noDelay = !(input.RunDelay?.Value >= GatePolicy.LittleRunDelay);
        var littleLoad = input.ForeignLoadPerCore < settings.LoadResume;
        return cause switch
        {
            GateCauses.MemoryPressure => input.MemoryUse?.Value < MostMemory,
            GateCauses.MemoryUse => input.MemoryPressure is not null && noPressure,
            GateCauses.ForeignCpu => littleLoad && noDelay,
            GateCauses.RunDelay => littleCpu && noPressure,
            GateCauses.NetworkUse => littleCpu && littleLoad && noPressure,
            _ => false,
        };
    }
}
