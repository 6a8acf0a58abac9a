using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Sampling;

/// <summary>The stretch of time over which jitter must cancel out, from the moment it is drawn to the edge it never crosses.</summary>
public readonly record struct JitterWindow(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>From <paramref name="at"/> to the end of its UTC minute, or <paramref name="until"/> where that is sooner.</summary>
    public static JitterWindow For(DateTimeOffset until, DateTimeOffset at)
    {
        var minute = Slot.At(at, TimeSpan.FromMinutes(1)).End;
        return new JitterWindow(at, until < minute ? until : minute);
    }
}

/// <summary>Factors for the intensity, one for each jitter period of a window; their mean over the window is 1.</summary>
public sealed record Jitter(JitterWindow Window, TimeSpan Period, IReadOnlyList<double> Factors)
{
    public static readonly Jitter None = new(default, TimeSpan.FromSeconds(1), []);

    /// <summary>The factor for a moment; 1 outside the window.</summary>
    public double At(DateTimeOffset at)
    {
        if (at < Window.Start || at >= Window.End)
            return 1;
        var index = (int)((at - Window.Start) / Period);
        return index < Factors.Count ? Factors[index] : 1;
    }

    /// <summary>When the factor that holds at a moment gives way to the next; null outside the window.</summary>
    public DateTimeOffset? EndOf(DateTimeOffset at)
    {
        if (at < Window.Start || at >= Window.End)
            return null;
        var end = Window.Start + (Math.Floor((at - Window.Start) / Period) + 1) * Period;
        return end < Window.End ? end : Window.End;
    }
}

/// <summary>Makes the load uneven without moving its mean: JITTER_PCT and JITTER_PERIOD_SEC.</summary>
public static class JitterPolicy
{
    /// <summary>How many draws a window takes.</summary>
    public static int Draws(SamplingSettings settings, JitterWindow window) =>
        window.End > window.Start ? (int)Math.Ceiling((window.End - window.Start) / settings.JitterPeriod) : 0;

    /// <param name="settings">± share and period.</param>
    /// <param name="window">What the mean is to be kept over.</param>
    /// <param name="draws">Independent draws in [-1, 1], as many as <see cref="Draws"/> says.</param>
    public static Jitter Decide(SamplingSettings settings, JitterWindow window, IReadOnlyList<double> draws)
    {
        if (draws.Count != Draws(settings, window))
            throw new ArgumentException($"A window of {window.End - window.Start} takes {Draws(settings, window)} draws, not {draws.Count}.", nameof(draws));
        if (draws.Count == 0)
            return Jitter.None;

        // The last period of a window may be cut short: it weighs less.
        var last = window.End - window.Start - (draws.Count - 1) * settings.JitterPeriod;
        double Weight(int i) => i == draws.Count - 1 ? last / settings.JitterPeriod : 1;
        var weights = Enumerable.Range(0, draws.Count).Sum(Weight);
        var mean = draws.Select((draw, i) => draw * Weight(i)).Sum() / weights;

        // Taking the mean off can push a draw past 1; all shrink alike so that the mean stays nothing.
        var centred = draws.Select(draw => draw - mean).ToArray();
        var widest = Math.Max(1, centred.Max(Math.Abs));
        var share = settings.JitterPercent / 100;
        return new Jitter(window, settings.JitterPeriod, Array.ConvertAll(centred, c => 1 + share * c / widest));
    }
}
