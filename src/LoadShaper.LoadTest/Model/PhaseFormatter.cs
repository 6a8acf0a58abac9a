using System.Globalization;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Model;

/// <summary>A phase in a few words, for the live view and the report.</summary>
public static class PhaseFormatter
{
    public static string Text(LoadPhase phase) => phase.Name ?? phase switch
    {
        ConstantRate p => $"{Rate(p.Rate)} rps",
        RampRate p => $"ramp {Rate(p.From)}..{Rate(p.To)} rps",
        StepRates p => $"steps {string.Join(", ", p.Rates.Select(Rate))} rps",
        SpikeRate p => $"spike {Rate(p.Base)} to {Rate(p.Peak)} rps",
        RampHoldRamp p => $"ramp up, hold and down {Rate(p.Min)}..{Rate(p.Max)} rps",
        ClosedUsers p => $"{p.Users} users",
        _ => phase.GetType().Name,
    };

    private static string Rate(double rate) => rate.ToString("0.###", CultureInfo.InvariantCulture);
}
