namespace LoadShaper.Domain.Settings;

/// <summary>CONTROL_PERIOD_SEC, AVG_WINDOW_SEC, JITTER_*: the rhythm.</summary>
internal static class SamplingRows
{
    public static readonly Setting[] All =
    [
        Row.Seconds("CONTROL_PERIOD_SEC", "sampling.control-period", 5, 1, 3600, (s, v) => s with { Sampling = s.Sampling with { ControlPeriod = v } },
            "Time between two samples, and between two adjustments of the load.",
            "Long yields late to other work; short costs CPU itself."),
        Row.Seconds("AVG_WINDOW_SEC", "sampling.average-window", 300, 10, 7200, (s, v) => s with { Sampling = s.Sampling with { AverageWindow = v } },
            "Time constant of the averages of memory and network.",
            "Short follows every spike; long reacts late."),
        Row.Number("JITTER_PCT", "sampling.jitter", 10, 0, 100, "%", (s, v) => s with { Sampling = s.Sampling with { JitterPercent = v } },
            "± share of the intensity, drawn anew each JITTER_PERIOD_SEC; its mean over a slot, and over each UTC minute of it, is zero.",
            "Large makes single minutes miss the intensity they were planned for."),
        Row.Seconds("JITTER_PERIOD_SEC", "sampling.jitter-period", 5, 1, 3600, (s, v) => s with { Sampling = s.Sampling with { JitterPeriod = v } },
            "How long one draw of the jitter holds.",
            "Shorter than CONTROL_PERIOD_SEC it costs CPU; from a minute on there is no jitter left."),
    ];
}
