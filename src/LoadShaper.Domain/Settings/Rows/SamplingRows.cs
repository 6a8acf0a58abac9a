namespace LoadShaper.Domain.Settings.Rows;

/// <summary>CONTROL_PERIOD_SEC, AVG_WINDOW_SEC, JITTER_*: the periods.</summary>
internal static class SamplingRows
{
    public static readonly Setting[] All =
    [
        Row.Seconds("CONTROL_PERIOD_SEC", "sampling.control-period", 5, 1, 3600, (s, v) => s with { Sampling = s.Sampling with { ControlPeriod = v } },
            "Time between two samples, and between two adjustments of the load.",
            "A long period yields late to other processes; a short one uses CPU itself."),
        Row.Seconds("AVG_WINDOW_SEC", "sampling.average-window", 300, 10, 7200, (s, v) => s with { Sampling = s.Sampling with { AverageWindow = v } },
            "Time constant of the averages of memory and network.",
            "A short window follows every spike; a long one reacts late."),
        Row.Number("JITTER_PCT", "sampling.jitter", 10, 0, 100, "%", (s, v) => s with { Sampling = s.Sampling with { JitterPercent = v } },
            "± share of the intensity, drawn again each JITTER_PERIOD_SEC. Its mean over a slot, and over each UTC minute of it, is zero.",
            "With a large value single minutes miss their planned intensity."),
        Row.Seconds("JITTER_PERIOD_SEC", "sampling.jitter-period", 5, 1, 3600, (s, v) => s with { Sampling = s.Sampling with { JitterPeriod = v } },
            "How long one draw of the jitter lasts.",
            "A value below CONTROL_PERIOD_SEC uses CPU; from 60 on there is no jitter."),
    ];
}
