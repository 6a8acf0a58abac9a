using LoadShaper.Domain.Sampling;

namespace LoadShaper.Domain.Safety;

/// <summary>
/// The gate as one sample shows it, for actors that act on a sample before the controller has decided about it: less load never
/// waits for the journal. The controller alone decides when the gate opens.
/// </summary>
public static class GateCheck
{
    /// <summary>Whether this sample closes the gate by itself, without what was seen before.</summary>
    public static bool Closes(GateSettings settings, Sample sample) =>
        GatePolicy.Decide(settings, GateState.Start, GateInput.From(sample)).Position == GatePosition.Closed;

    /// <summary>The gate after this sample, with the hysteresis of the controller's own.</summary>
    public static GateState Follow(GateSettings settings, GateState state, Sample sample) =>
        GatePolicy.Decide(settings, state, GateInput.From(sample)).Event is { } moved ? state.Apply(moved) : state;
}
