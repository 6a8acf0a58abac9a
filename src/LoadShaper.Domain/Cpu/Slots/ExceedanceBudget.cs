using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Cpu.Slots;

/// <summary>The controller's states as tables: what leads from one to another, and how many slots are high in each, and how high.</summary>
internal static class ExceedanceBudget
{
    /// <summary>The budget never asks for more than this share of the slots, percent.</summary>
    public const double MostExceedance = 12;

    private static readonly TimeSpan Cooldown = TimeSpan.FromSeconds(300);

    private static readonly Move[] Moves =
    [
        new(null, ControllerState.Building, Edge.Lower, Side.Outside, Points: 1.0, Cooling: 2.5),
        new(null, ControllerState.Reducing, Edge.Upper, Side.Outside, Points: 1.0, Cooling: 2.5),
        new(ControllerState.Building, ControllerState.Maintaining, Edge.Lower, Side.Inside, Points: 0.5, Cooling: 2.0),
        new(ControllerState.Reducing, ControllerState.Maintaining, Edge.Upper, Side.Inside, Points: 0.5, Cooling: 2.0),
    ];

    // The first that fits: so many points outside the band, the set exceedance times a factor plus an offset.
    private static readonly Budget[] Budgets =
    [
        new(ControllerState.Building, Beyond: 5, Factor: 1, Offset: 4),
        new(ControllerState.Building, Beyond: double.NegativeInfinity, Factor: 1, Offset: 1),
        new(ControllerState.Reducing, Beyond: 10, Factor: 0, Offset: 1.0),
        new(ControllerState.Reducing, Beyond: double.NegativeInfinity, Factor: 0, Offset: 2.5),
        new(ControllerState.Maintaining, Beyond: double.NegativeInfinity, Factor: 1, Offset: 0),
    ];

    private enum Edge
    {
        Lower,
        Upper,
    }

    private enum Side
    {
        Outside,
        Inside,
    }

    /// <param name="Points">How far beyond the edge it takes.</param>
    /// <param name="Cooling">The same while the last change is fresh.</param>
    private readonly record struct Move(ControllerState? From, ControllerState To, Edge Edge, Side Side, double Points, double Cooling);

    private readonly record struct Budget(ControllerState State, double Beyond, double Factor, double Offset);

    public static ControllerState Next(CpuSettings settings, P95State state, P95Input input)
    {
        var cooling = state.Since is { } since && (input.At - since).Duration() < Cooldown;
        foreach (var move in Moves)
        {
            var beyond = Beyond(settings, move.Edge, input.P95) * (move.Side == Side.Outside ? 1 : -1);
            if ((move.From ?? state.State) == state.State && beyond > (cooling ? move.Cooling : move.Points))
                return move.To;
        }

        return state.State;
    }

    /// <summary>The share of slots that are to be high, percent.</summary>
    public static double Exceedance(CpuSettings settings, ControllerState state, P95Input input)
    {
        var beyond = Beyond(settings, state == ControllerState.Reducing ? Edge.Upper : Edge.Lower, input.P95);
        var budget = Budgets.First(row => row.State == state && beyond > row.Beyond);
        var target = budget.Factor * settings.ExceedanceTarget.Value + budget.Offset;
        if (state != ControllerState.Reducing)
            target += LiftedByNoise(settings, input);

        // Replaces high minutes before they leave the window, at any present P95.
        return Math.Min(Math.Max(target, input.Pace), MostExceedance);
    }

    /// <summary>
    /// What a high slot is filled up to, percent. A percentile by rank is lifted by the number of slots, not by their height,
    /// so the height is the set point, corrected a little, and stays inside the band.
    /// </summary>
    public static double Intensity(CpuSettings settings, P95Input input)
    {
        var least = settings.TargetMin.Value + 1;
        var most = Math.Max(least, settings.TargetMax.Value - 1);
        var corrected = settings.SetPoint.Value - 0.2 * (input.P95 - settings.SetPoint.Value);
        return Math.Min(Math.Clamp(corrected, least, most), settings.HighIntensity.Value);
    }

    private static double Beyond(CpuSettings settings, Edge edge, double p95) =>
        edge == Edge.Lower ? settings.TargetMin.Value - p95 : p95 - settings.TargetMax.Value;

    // Percent of baseline slots that noise alone lifts into the band. They count as high, but reach its lower end at most:
    // the budget for slots at the set point comes on top of them.
    private static double LiftedByNoise(CpuSettings settings, P95Input input)
    {
        var distance = settings.TargetMin.Value - settings.BaselineIntensity.Value;
        return distance <= 0 || input.Noise <= 0 || input.Gate == GatePosition.HeldByLoadAverage
            ? 0
            : Math.Round(100 * NormalTail.Above(distance / input.Noise), 2);
    }
}
